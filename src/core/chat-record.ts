import type { ChatPolicy } from '../decision.ts'
import type { AgentId, AssignmentId, AssignmentState, Chat, EventId } from '../domain.ts'
import { isOpen, needsAgent, type Holders } from './chat-state.ts'

/** In place of when HelpCrunch last told how a chat stands: it is to be asked before the chat is given to anybody ... */
export const DOUBTED = 0
/** ... and now it was. A doubt that comes up before its answer does is another one. */
export const ASKED = 1

/** An assignment while a transaction works on it; without an id it was opened in this transaction. */
export interface AssignmentDraft {
  readonly id: AssignmentId | null
  readonly eventId: EventId
  readonly openedAt: number
  /** Where it stood before this transaction; `null` if it was not there. */
  readonly stateBefore: AssignmentState | null
  state: AssignmentState
  agentId: AgentId | null
  rankAt: number
  notBefore: number
  failures: number
  refusals: number
  summary: string | null
  settledAt: number | null
  history: string | null
}

/**
 * All that one transaction knows of one chat, with its open assignment. Events are applied to it in memory; what
 * changed is written once at the end, however many events there were.
 */
export interface ChatFile {
  chat: Chat
  open: AssignmentDraft | null
  /** Assignments to write: changed ones, and those opened here. */
  readonly touched: Set<AssignmentDraft>
  /** Whose load the chat counted in before this transaction, and how much. */
  readonly holders: Holders
  readonly heldLoad: number
  /** When HelpCrunch last told us how the chat stands, or `DOUBTED`, or `ASKED`. */
  heardAt: number
  isChanged: boolean
  /** Its `chat.new` came. */
  isNew: boolean
  /** So soon after its `chat.new` somebody has it who is not our choice that no person can have done it. */
  isTakenByOthers: boolean
  /** Whom others gave it to. */
  takenBy: AgentId | null
}

/** Opens an assignment where the chat needs an agent and has none under way; supersedes one that nobody needs any more. */
export function reviseAssignment(file: ChatFile, eventId: EventId, now: number, policy: ChatPolicy): void {
  const { chat, open } = file
  if (open === null) {
    if (needsAgent(chat, now)) openAssignment(file, eventId, now, policy)
    return
  }
  // The echo of our own PUT may be here before its answer is: the answer settles.
  const isEcho = open.state === 'decided' && chat.assigneeId === open.agentId
  if (needsAgent(chat, now) || (isEcho && isOpen(chat))) return void file.touched.add(open)
  // Nobody has it, as far as we know; but our PUT may have left. Should it be opened again, it is asked for first.
  if (open.state === 'decided' && chat.assigneeId === null) file.heardAt = DOUBTED
  settle(file, 'superseded', now)
}

/** Whoever has it now, has it from us, and is to answer. */
export function noteGiven(file: ChatFile, agentId: AgentId, now: number, policy: ChatPolicy): void {
  const { lastAgentMessageAt, lastCustomerMessageAt } = file.chat
  const isAnswered = lastAgentMessageAt !== null && lastAgentMessageAt >= (lastCustomerMessageAt ?? 0)
  const answerDueAt = isAnswered ? null : policy.answerDueAt(agentId, now)
  change(file, { isOurs: true, answerDueAt, handOverAt: policy.handOverAt(agentId, now) })
}

/** Ends the open assignment. */
export function settle(file: ChatFile, state: AssignmentState, now: number): void {
  if (file.open === null) return
  file.open.state = state
  file.open.settledAt = now
  file.touched.add(file.open)
  file.open = null
}

/** Writes into the chat. */
export function change(file: ChatFile, changes: Partial<Chat>): void {
  file.chat = { ...file.chat, ...changes }
  file.isChanged = true
}

function openAssignment(file: ChatFile, eventId: EventId, now: number, policy: ChatPolicy): void {
  file.open = {
    id: null,
    eventId,
    openedAt: now,
    stateBefore: null,
    state: 'waiting',
    agentId: null,
    rankAt: now - policy.priorityMsOf(file.chat.labels),
    notBefore: 0,
    failures: 0,
    refusals: 0,
    summary: null,
    settledAt: null,
    history: null,
  }
  file.touched.add(file.open)
}
