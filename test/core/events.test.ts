import type { ChatPolicy } from '../../src/decision.ts'
import { describe, expect, test } from 'vitest'
import { PLAIN } from '../../src/core/plain-policy.ts'
import type { Chat, ChatEvent, CustomerId } from '../../src/domain.ts'
import { openCore, TWO_AGENTS } from '../support/core.ts'
import { agentId, agentMessage, customerMessage, departmentId, facts, snapshotEvent } from '../support/events.ts'
import { NOW } from '../support/people.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND

/** An event so many seconds after the beginning, about chat 1. */
const chatNew = (second: number) => snapshotEvent('chat.new', 1, NOW + second * SECOND)
const assigned = (second: number, to: number | null) =>
  snapshotEvent('chat.assigned', 1, NOW + second * SECOND, { assigneeId: to === null ? null : agentId(to) })
const status = (second: number, what: string, of: number | null) =>
  snapshotEvent('chat.status_updated', 1, NOW + second * SECOND, {
    status: what,
    assigneeId: of === null ? null : agentId(of),
  })
/** The chat is in this department, with this agent; `undefined`: another event than `chat.assigned` says so. */
const moved = (second: number, to: number, agent?: number | null) =>
  snapshotEvent(agent === undefined ? 'chat.status_updated' : 'chat.assigned', 1, NOW + second * SECOND, {
    departmentId: departmentId(to),
    assigneeId: agent == null ? null : agentId(agent),
  })
const asks = (second: number) => customerMessage(1, NOW + second * SECOND)
const answers = (second: number, agent: number) => agentMessage(1, agent, NOW + second * SECOND)

type Facts = Partial<Pick<Chat, 'status' | 'assigneeId' | 'departmentId' | 'restingSince'>>

/** What events make of a new chat: its state, and whether it waits for an agent. */
const TABLE: readonly [fact: string, events: readonly ChatEvent[], chat: Facts, waits: boolean][] = [
  ['a new chat waits for an agent', [chatNew(0)], { assigneeId: null }, true],
  ['a chat that came with an agent does not', [assigned(0, 2)], { assigneeId: agentId(2) }, false],
  ['a chat that a person takes no longer waits', [chatNew(0), assigned(5, 2)], { assigneeId: agentId(2) }, false],
  ['a chat that is closed no longer waits', [chatNew(0), status(5, 'closed', null)], { status: 'closed' }, false],
  [
    'a chat from which a person removes the agent rests',
    [assigned(0, 2), assigned(5, null)],
    { assigneeId: null, restingSince: NOW + 5 * SECOND },
    false,
  ],
  [
    'it rests until its customer writes again',
    [assigned(0, 2), assigned(5, null), asks(9)],
    { assigneeId: null, restingSince: null },
    true,
  ],
  [
    'a message from before the removal does not wake it',
    [assigned(0, 2), assigned(5, null), asks(3)],
    { restingSince: NOW + 5 * SECOND },
    false,
  ],
  [
    'the customer’s message opens a closed chat',
    [chatNew(0), status(5, 'closed', null), asks(9)],
    { status: 'opened' },
    true,
  ],
  [
    'a message from before its close does not',
    [chatNew(0), status(5, 'closed', null), asks(3)],
    { status: 'closed' },
    false,
  ],
  [
    'a close that is older than the last message does not close the chat',
    [chatNew(0), asks(9), status(5, 'closed', null)],
    { status: 'opened' },
    true,
  ],
  ['an older event undoes nothing', [chatNew(0), assigned(9, 2), assigned(5, 1)], { assigneeId: agentId(2) }, false],
  ['chat.new that arrives last undoes nothing', [assigned(5, 2), chatNew(0)], { assigneeId: agentId(2) }, false],
  [
    'chat.new that arrives last undoes nothing even where it has a later date',
    [assigned(5, 2), status(6, 'closed', 2), chatNew(20)],
    { status: 'closed', assigneeId: agentId(2) },
    false,
  ],
  [
    'an event without an agent, within two seconds, removes none: it may be older than the assignment',
    [assigned(5, 2), status(7, 'opened', null)],
    { status: 'opened', assigneeId: agentId(2) },
    false,
  ],
  [
    'a close within two seconds removes no agent either',
    [assigned(5, 2), status(6, 'closed', null)],
    { status: 'closed', assigneeId: agentId(2) },
    false,
  ],
  [
    'an event without an agent, after two seconds, removes the agent: a person did so',
    [assigned(5, 2), status(8, 'opened', null)],
    { status: 'opened', assigneeId: null, restingSince: NOW + 5 * SECOND },
    false,
  ],
  [
    'chat.assigned removes an agent within two seconds, too',
    [assigned(5, 2), assigned(6, null)],
    { assigneeId: null, restingSince: NOW + 6 * SECOND },
    false,
  ],
  [
    'a late assignment that a newer event shows undone was undone by a person',
    [chatNew(0), status(9, 'opened', null), assigned(5, 2)],
    { assigneeId: null, restingSince: NOW + 9 * SECOND },
    false,
  ],
  [
    'a chat of which only the removal of its agent is known rests',
    [assigned(5, null)],
    { assigneeId: null, restingSince: NOW + 5 * SECOND },
    false,
  ],
  [
    'a message of the same second as the removal of the agent wakes the chat',
    [assigned(0, 2), assigned(5, null), asks(5)],
    { assigneeId: null, restingSince: null },
    true,
  ],
  [
    'a message of the same second as the close opens the chat',
    [chatNew(0), status(5, 'closed', null), asks(5)],
    { status: 'opened' },
    true,
  ],
  [
    'an agent that a person chose keeps the chat, though no roster has that agent yet',
    [assigned(5, 9), asks(9)],
    { assigneeId: agentId(9) },
    false,
  ],
  [
    'an assignment from before a move was not undone by a person: the chat waits in its new department',
    [chatNew(0), moved(9, 20), moved(5, 10, 2)],
    { assigneeId: null, departmentId: departmentId(20), restingSince: null },
    true,
  ],
  [
    'a chat.assigned without an agent, sent because of a move, is no removal',
    [chatNew(0), moved(20, 20), moved(15, 20, null)],
    { assigneeId: null, restingSince: null },
    true,
  ],
  [
    'a resting chat that an agent gets no longer rests',
    [assigned(0, 2), assigned(5, null), assigned(9, 1)],
    { assigneeId: agentId(1), restingSince: null },
    false,
  ],
]

describe('events', () => {
  test.for(TABLE)('%s', ([_fact, events, chat, waits]) => {
    const core = openCore()
    core.saveRoster(TWO_AGENTS)
    for (const event of events) core.receive(event)
    expect(core.chat(1)).toMatchObject(chat)
    expect(core.open(1)?.state ?? null).toBe(waits ? 'waiting' : null)
  })

  test('that were acknowledged while no instance decided count from their acknowledgement', () => {
    const core = openCore({ now: NOW + 60 * MINUTE })
    core.receive(chatNew(0), NOW + SECOND)
    expect(core.open(1)).toMatchObject({ openedAt: NOW + SECOND, rankAt: NOW + SECOND })
  })

  test('of the same instant keep a chat’s place in the order, less the minutes of its priority', () => {
    const said: Partial<ChatPolicy> = { labelsSaidIn: (text) => [text], classifyKnown: ({ saidLabels }) => saidLabels }
    const core = openCore({ policy: { ...PLAIN, ...said, priorityMsOf: (labels) => labels.length * 15 * MINUTE } })
    core.receive(chatNew(0))
    expect(core.open(1)).toMatchObject({ rankAt: NOW, pool: 'no department' })
    const urgent = asks(1)
    core.receive({ ...urgent, facts: facts({ text: 'vip' }) })
    expect(core.open(1)).toMatchObject({ rankAt: NOW - 15 * MINUTE, pool: 'no department; with vip' })
  })

  test('that come late do not move a chat back to the department that it had before', () => {
    const core = openCore()
    for (const event of [chatNew(0), moved(9, 20), moved(5, 10)]) core.receive(event)
    expect(core.chat(1).departmentId).toBe(20)
    expect(core.open(1)?.pool).toBe('department 20')
  })

  test('put a chat in the pool of its department, and move it with it', () => {
    const core = openCore()
    core.receive(chatNew(0))
    core.receive(snapshotEvent('chat.department_updated', 1, NOW + 5 * SECOND, { departmentId: departmentId(10) }))
    expect(core.open(1)?.pool).toBe('department 10')
    expect([...core.state.pools.keys()]).toEqual(['department 10'])
  })
})

describe('the load of an agent', () => {
  test.for([
    ['counts each open chat of theirs, also one from a person', [assigned(0, 2)], [0, 1]],
    ['moves with the chat', [assigned(0, 2), assigned(5, 1)], [1, 0]],
    ['ends with the chat', [assigned(0, 2), status(5, 'closed', 2)], [0, 0]],
    ['ends where a person removes them', [assigned(0, 2), assigned(5, null)], [0, 0]],
  ] as const)('%s', ([_fact, events, loads]) => {
    const core = openCore()
    core.saveRoster(TWO_AGENTS)
    for (const event of events) core.receive(event)
    expect([1, 2].map((id) => core.agent(id).agent.load)).toEqual(loads)
  })

  test('counts no snoozed chat, and counts it again when its time has come', () => {
    const core = openCore()
    core.saveRoster(TWO_AGENTS)
    const snooze = { assigneeId: agentId(2), snoozedUntil: NOW + MINUTE }
    core.receive(snapshotEvent('chat.snoozed', 1, NOW, snooze))
    expect(core.agent(2).agent.load).toBe(0)
    core.world.now += MINUTE
    core.fallDue()
    expect(core.agent(2).agent.load).toBe(1)
  })

  test('is known also for an agent that no roster lists', () => {
    const core = openCore()
    core.receive(assigned(0, 9))
    expect(core.agent(9)).toMatchObject({ isListed: false, agent: { name: 'agent 9', load: 1 } })
    expect(core.state.listed).toEqual([])
  })
})

describe('an agent’s message', () => {
  const ofCustomer = (event: ChatEvent): ChatEvent => ({ ...event, facts: facts({ customerId: 7 as CustomerId }) })

  test('tells who had the customer’s last chat, and when; an older one does not', () => {
    const core = openCore()
    core.saveRoster(TWO_AGENTS)
    core.receive(ofCustomer(answers(9, 2)))
    core.receive(ofCustomer(answers(5, 1)))
    expect(core.state.customers.get(7 as CustomerId)).toEqual({ agentId: 2, at: NOW + 9 * SECOND })
    expect(core.agent(2).agent.lastActiveAt).toBe(NOW + 9 * SECOND)
  })

  test('in an unassigned chat has it fetched before it is assigned: HelpCrunch assigns an agent who answers', () => {
    const core = openCore()
    core.receive(chatNew(0))
    expect(core.record(1).verifiedAt).toBe(NOW)
    core.receive(answers(5, 2))
    expect(core.record(1).verifiedAt).toBe('doubted')
    expect(core.step()).toMatchObject({ kind: 'fetch', chatId: 1 })
  })
})

test('the same inputs in the same order make the same account', () => {
  const play = () => {
    const core = openCore()
    core.saveRoster(TWO_AGENTS)
    for (const [, events] of TABLE) for (const event of events) core.receive(event)
    return [...core.state.chats.values(), ...core.state.agents.values()]
  }
  expect(play()).toEqual(play())
})
