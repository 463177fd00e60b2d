import { describe, expect, test } from 'vitest'
import type { Reconciled } from '../../src/core/contract.ts'
import type { Chat, ChatEvent, ChatSnapshot, FoundChat } from '../../src/domain.ts'
import { openCore } from '../support/core.ts'
import { agentId, chatId, customerMessage, departmentId, facts, snapshotEvent } from '../support/events.ts'
import { NOW } from '../support/people.ts'

const SECOND = 1000
const at = (second: number) => NOW + second * SECOND

/** Chat 1 as a search shows it; its customer wrote so many seconds after the beginning. */
function found(snapshot: ChatSnapshot, askedSecond: number | null = 0): FoundChat {
  const full = { status: 'new', departmentId: null, assigneeId: null, ...snapshot }
  const lastCustomerMessageAt = askedSecond === null ? null : at(askedSecond)
  return { id: chatId(1), snapshot: full, facts: facts(), lastCustomerMessageAt }
}

const chatNew = snapshotEvent('chat.new', 1, at(0))
const closed = snapshotEvent('chat.closed', 1, at(0), { status: 'closed' })
const assigned = snapshotEvent('chat.assigned', 1, at(0), { assigneeId: agentId(2) })
const taken = snapshotEvent('chat.assigned', 1, at(1), { assigneeId: null })
const snoozed = snapshotEvent('chat.snoozed', 1, at(0), { snoozedUntil: at(3600) })

const NONE: Reconciled = { opened: 0, corrected: 0, leftAlone: 0 }
const OPENED: Reconciled = { ...NONE, opened: 1 }
const CORRECTED: Reconciled = { ...NONE, corrected: 1 }

/** What a page, taken ten seconds after the beginning, makes of the state before it. */
const TABLE: readonly [
  fact: string,
  before: readonly ChatEvent[],
  page: FoundChat,
  counts: Reconciled,
  chat: Partial<Chat>,
  waits: boolean,
][] = [
  ['an unknown chat waits for an agent', [], found({}), OPENED, { assigneeId: null }, true],
  ['one that an agent has does not', [], found({ assigneeId: agentId(2) }), NONE, { assigneeId: agentId(2) }, false],
  ['one that is closed does not', [], found({ status: 'closed' }), NONE, { status: 'closed' }, false],
  [
    'one whose customer wrote long ago rests until they write again',
    [],
    found({}, -3600),
    { ...NONE, leftAlone: 1 },
    { restingSince: at(10) },
    false,
  ],
  ['a chat that is as we know it stays', [chatNew], found({}), NONE, { assigneeId: null }, true],
  [
    'shows a lost message of its customer after an agent was taken off, also where something else was heard since',
    [assigned, taken, snapshotEvent('chat.status_updated', 1, at(5), { assigneeId: null })],
    found({}, 3),
    OPENED,
    { assigneeId: null, restingSince: null },
    true,
  ],
  [
    'knows the last message of its customer before an agent was taken off: it was seen',
    [assigned, taken, snapshotEvent('chat.status_updated', 1, at(5), { assigneeId: null })],
    found({}, 1),
    NONE,
    { assigneeId: null },
    false,
  ],
  ['shows a lost close', [chatNew], found({ status: 'closed' }), CORRECTED, { status: 'closed' }, false],
  [
    'shows a lost assignment',
    [chatNew],
    found({ assigneeId: agentId(2) }),
    CORRECTED,
    { assigneeId: agentId(2) },
    false,
  ],
  [
    'shows a lost removal of the agent: the chat rests',
    [assigned],
    found({}),
    CORRECTED,
    { assigneeId: null, restingSince: at(10) },
    false,
  ],
  [
    'shows a lost message of the customer: the chat waits for an agent',
    [assigned, taken],
    found({}, 9),
    OPENED,
    { restingSince: null },
    true,
  ],
  [
    'one that was sent to another department without an assignee waits for an agent of it',
    [snapshotEvent('chat.assigned', 1, at(0), { departmentId: departmentId(10), assigneeId: agentId(2) })],
    found({ departmentId: departmentId(20) }),
    { ...OPENED, corrected: 1 },
    { assigneeId: null, departmentId: departmentId(20), restingSince: null },
    true,
  ],
  [
    'a resting chat without a new message keeps resting',
    [assigned, taken],
    found({}),
    NONE,
    { restingSince: at(1) },
    false,
  ],
  [
    'a closed chat that is open again waits',
    [closed],
    found({}),
    { ...OPENED, corrected: 1 },
    { status: 'new', assigneeId: null },
    true,
  ],
  [
    'a chat whose snooze was ended waits',
    [snoozed],
    found({ snoozedUntil: null }),
    OPENED,
    { snoozedUntil: null },
    true,
  ],
]

describe('a page of a search', () => {
  test.for(TABLE)('%s', ([_fact, before, page, counts, chat, waits]) => {
    const core = openCore({ now: at(11) })
    for (const event of before) core.receive(event)
    expect(core.find([page], at(10), at(-600))).toEqual(counts)
    expect(core.chat(1)).toMatchObject(chat)
    expect(core.open(1)?.state ?? null).toBe(waits ? 'waiting' : null)
  })

  test.for([
    ['of the same second as the webhook', 10],
    ['older than the webhook', 9],
  ] as const)('that is %s changes nothing, but has the chat fetched before it is assigned', ([_case, second]) => {
    const core = openCore({ now: at(11) })
    core.receive(snapshotEvent('chat.new', 1, at(10)))
    expect(core.find([found({ assigneeId: agentId(2) })], at(second))).toEqual(NONE)
    expect(core.chat(1).assigneeId).toBeNull()
    expect(core.step()).toMatchObject({ kind: 'fetch', chatId: 1 })
  })

  test('of the same second that shows the chat closed has it fetched before it is assigned', () => {
    const core = openCore({ now: at(11) })
    core.receive(snapshotEvent('chat.new', 1, at(10)))
    core.find([found({ status: 'closed' })], at(10))
    expect(core.step()).toMatchObject({ kind: 'fetch', chatId: 1 })
  })

  test('that shows the same again changes nothing', () => {
    const core = openCore({ now: at(11) })
    core.find([found({})], at(10))
    const before = core.open(1)
    expect(core.find([found({})], at(10))).toEqual(NONE)
    expect(core.open(1)).toBe(before)
  })

  test('may show the end of a snooze before our timer does: the chat waits once', () => {
    const core = openCore({ now: at(3601) })
    core.receive(snoozed)
    core.find([found({ snoozedUntil: null })], at(3600))
    core.fallDue()
    expect(core.open(1)?.state).toBe('waiting')
    expect(core.state.waiting).toBe(1)
  })

  test('does not close a chat whose customer wrote after it was taken', () => {
    const core = openCore({ now: at(20) })
    core.receive(closed)
    core.receive(customerMessage(1, at(15)))
    core.find([found({ status: 'closed' })], at(10))
    expect(core.chat(1).status).toBe('opened')
    expect(core.open(1)?.state).toBe('waiting')
  })
})
