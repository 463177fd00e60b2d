import { describe, expect, test } from 'vitest'
import { moveAssignment } from '../../src/core/assignment-transitions.ts'
import { checkChatTransition, phaseOf } from '../../src/core/chat-transitions.ts'
import { newRecord } from '../../src/core/chat-state.ts'
import type { Input } from '../../src/core/contract.ts'
import type { Assignment } from '../../src/core/records.ts'
import type { AssignmentId, AssignmentState, Chat, EventId } from '../../src/domain.ts'
import { agentId, chatId, customerMessage, snapshotEvent } from '../support/events.ts'

const NOW = 1_800_000_000_000

const ASSIGNMENT: Assignment = {
  id: 1 as AssignmentId,
  chatId: chatId(1),
  eventId: 'event' as EventId,
  state: 'waiting',
  pool: 'no department',
  openedAt: NOW,
  rankAt: NOW,
  notBefore: 0,
  agentId: null,
  summary: null,
  failures: 0,
  refusals: 0,
  settledAt: null,
  attempts: [],
  choice: null,
}

describe('an assignment', () => {
  test.for([
    ['waiting', 'decided'],
    ['waiting', 'left'],
    ['decided', 'assigned'],
    ['decided', 'waiting'],
    ['decided', 'rehearsed'],
    ['dead', 'replayed'],
    ['refused', 'replayed'],
  ] as const)('may go from %s to %s', ([from, to]) => {
    expect(moveAssignment({ ...ASSIGNMENT, state: from }, to).state).toBe(to)
  })

  test.for([
    ['waiting', 'assigned'],
    ['waiting', 'rehearsed'],
    ['decided', 'left'],
    ['assigned', 'waiting'],
    ['superseded', 'decided'],
    ['gone', 'waiting'],
    ['dead', 'waiting'],
    ['replayed', 'dead'],
  ] as const)('never goes from %s to %s: a mistake in the core is thrown, not stored', ([from, to]) => {
    const assignment = { ...ASSIGNMENT, state: from satisfies AssignmentState }
    expect(() => moveAssignment(assignment, to)).toThrow(`assignment 1 cannot go from ${from} to ${to}`)
  })
})

describe('a chat', () => {
  const { chat: unheard } = newRecord(chatId(1))
  const chat = (changes: Partial<Chat>): Chat => ({ ...unheard, snapshotAt: NOW - 1000, ...changes })
  const phases: Readonly<Record<string, Chat>> = {
    unknown: unheard,
    unassigned: chat({}),
    assigned: chat({ assigneeId: agentId(1) }),
    resting: chat({ restingSince: NOW - 500 }),
    snoozed: chat({ snoozedUntil: NOW + 1000 }),
    closed: chat({ status: 'closed' }),
    gone: chat({ status: 'gone' }),
  }
  const event = (of: ReturnType<typeof snapshotEvent>): Input => ({
    kind: 'event',
    event: { ...of, facts: { ...of.facts, labels: [] } } as unknown as Extract<Input, { kind: 'event' }>['event'],
    receivedAt: NOW,
  })
  const inputs: Readonly<Record<string, Input>> = {
    word: event(snapshotEvent('chat.assigned', 1, NOW)),
    'customer message': event(customerMessage(1, NOW)),
    time: { kind: 'due', chatIds: [chatId(1)] },
    roster: { kind: 'roster', roster: { agents: [], departments: [] }, seenAt: NOW },
  }

  test.for(Object.entries(phases))('is %s by what is known of it', ([phase, known]) => {
    expect(phaseOf(known, NOW)).toBe(phase)
  })

  test('stops being snoozed when its time has come', () => {
    expect(phaseOf(chat({ snoozedUntil: NOW }), NOW)).toBe('unassigned')
  })

  test.for([
    ['unknown', 'unassigned', 'word'],
    ['unassigned', 'assigned', 'word'],
    ['assigned', 'resting', 'word'],
    ['closed', 'unassigned', 'word'],
    ['resting', 'unassigned', 'customer message'],
    ['closed', 'assigned', 'customer message'],
    ['snoozed', 'unassigned', 'time'],
    ['assigned', 'assigned', 'roster'],
  ] as const)('may go from %s to %s by: %s', ([from, to, cause]) => {
    const check = () => checkChatTransition(phases[from] as Chat, phases[to] as Chat, inputs[cause] as Input, NOW)
    expect(check).not.toThrow()
  })

  test.for([
    ['unassigned', 'unknown', 'word'],
    ['unassigned', 'gone', 'word'],
    ['unassigned', 'assigned', 'customer message'],
    ['unassigned', 'resting', 'time'],
    ['assigned', 'closed', 'time'],
    ['unassigned', 'assigned', 'roster'],
  ] as const)('never goes from %s to %s by: %s', ([from, to, cause]) => {
    const check = () => checkChatTransition(phases[from] as Chat, phases[to] as Chat, inputs[cause] as Input, NOW)
    expect(check).toThrow(`chat 1 cannot go from ${from} to ${to}`)
  })
})
