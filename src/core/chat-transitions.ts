import type { Chat } from '../domain.ts'
import type { Input } from './inputs.ts'
import { isOpen, isSnoozed } from './chat-state.ts'

/** The phase of a chat. `unknown`: only messages were seen. `resting`: unassigned until its customer writes again. */
type ChatPhase = 'unknown' | 'unassigned' | 'assigned' | 'resting' | 'snoozed' | 'closed' | 'gone'

/** What can move a chat. `word`: a webhook, a search or an answer that tells the chat's state. */
type Cause = 'word' | 'customer message' | 'agent message' | 'time' | 'not found' | 'given up' | 'operator' | 'nothing'

const KNOWN: readonly ChatPhase[] = ['unassigned', 'assigned', 'resting', 'snoozed', 'closed']
const OPEN: readonly ChatPhase[] = ['unassigned', 'assigned', 'resting', 'snoozed']
const NOWHERE: Readonly<Record<ChatPhase, readonly ChatPhase[]>> = {
  unknown: [],
  unassigned: [],
  assigned: [],
  resting: [],
  snoozed: [],
  closed: [],
  gone: [],
}

/**
 * The phases that a chat may go to, by what moved it.
 *
 *                 word                 word
 *     unknown ──────────▶ unassigned ◀──────▶ assigned        word: from any phase to any but unknown and gone
 *                          ▲  │  ▲                            not found: from any phase to gone
 *         customer message │  │  │ time
 *            or operator   │  │  └──────── snoozed
 *                          │  ▼ given up, or a person took the agent off
 *                         resting
 *
 *     closed, gone ── customer message ──▶ unassigned, assigned, resting or snoozed, as it was before
 */
const NEXT: Readonly<Record<Cause, Readonly<Record<ChatPhase, readonly ChatPhase[]>>>> = {
  word: {
    unknown: KNOWN,
    unassigned: KNOWN,
    assigned: KNOWN,
    resting: KNOWN,
    snoozed: KNOWN,
    closed: KNOWN,
    gone: KNOWN,
  },
  'customer message': { ...NOWHERE, resting: ['unassigned'], closed: OPEN, gone: [...OPEN, 'unknown'] },
  'agent message': NOWHERE,
  time: { ...NOWHERE, snoozed: ['unassigned', 'assigned', 'resting'] },
  'not found': {
    unknown: ['gone'],
    unassigned: ['gone'],
    assigned: ['gone'],
    resting: ['gone'],
    snoozed: ['gone'],
    closed: ['gone'],
    gone: [],
  },
  'given up': { ...NOWHERE, unassigned: ['resting'] },
  operator: { ...NOWHERE, resting: ['unassigned'], unknown: ['unassigned'] },
  nothing: NOWHERE,
}

export function phaseOf(chat: Chat, now: number): ChatPhase {
  if (chat.status === 'gone') return 'gone'
  if (!isOpen(chat)) return 'closed'
  if (isSnoozed(chat, now)) return 'snoozed'
  if (chat.assigneeId !== null) return 'assigned'
  if (chat.restingSince !== null) return 'resting'
  return chat.snapshotAt === null ? 'unknown' : 'unassigned'
}

/**
 * Checks that a chat's change of phase is in the table.
 * @throws Error for a transition that the table does not list: a mistake in the core
 */
export function checkChatTransition(before: Chat, after: Chat, input: Input, now: number): void {
  const [from, to] = [phaseOf(before, now), phaseOf(after, now)]
  if (from === to) return
  const cause = causeOf(input)
  if (!NEXT[cause][from].includes(to)) throw new Error(`chat ${after.id} cannot go from ${from} to ${to} by: ${cause}`)
}

function causeOf(input: Input): Cause {
  switch (input.kind) {
    case 'event':
      return input.event.kind === 'snapshot' ? 'word' : input.event.kind
    case 'page':
      return 'word'
    case 'settlement':
      return causeOfSettlement(input.settlement.to)
    case 'due':
      return 'time'
    case 'step':
      return 'given up'
    case 'act':
      return 'operator'
    case 'customer':
    case 'roster':
    case 'takeover':
    case 'policy':
      return 'nothing'
  }
}

function causeOfSettlement(to: Extract<Input, { kind: 'settlement' }>['settlement']['to']): Cause {
  if (to === 'assigned' || to === 'known') return 'word'
  if (to === 'gone') return 'not found'
  return to === 'rehearsed' ? 'given up' : 'nothing'
}
