import { describe, expect, test } from 'vitest'
import { PLAIN } from '../../src/core/plain-policy.ts'
import type { Step } from '../../src/core/contract.ts'
import type { Assignment } from '../../src/core/records.ts'
import type { ChatPolicy } from '../../src/decision.ts'
import { choose, openCore, TWO_AGENTS, type Core } from '../support/core.ts'
import { agentId, agentMessage, customerMessage, snapshotEvent } from '../support/events.ts'
import { decisionFor, NOW } from '../support/people.ts'

const MINUTE = 60_000
/** An answer is due within ten minutes; agent 1 goes home in an hour, and is back in ten. */
const POLICY: ChatPolicy = {
  ...PLAIN,
  answerDueAt: (_agentId, from) => from + 10 * MINUTE,
  handOverAt: (id, now) => (id === 1 ? Math.max(NOW + 60 * MINUTE, now) : null),
  backAt: () => NOW + 660 * MINUTE,
  maxHops: 2,
}

/** Agent 1 has chat 1 from us. */
function openGiven(policy: ChatPolicy = POLICY): Core {
  const core = openCore({ policy })
  core.saveRoster(TWO_AGENTS)
  core.receive(snapshotEvent('chat.new', 1, NOW))
  const put = core.step()
  if (put?.kind !== 'put') throw new Error(`expected a put, got ${put?.kind}`)
  core.settle(put, { to: 'assigned', snapshot: { assigneeId: put.agentId }, answeredAt: NOW })
  return core
}

function pass(core: Core, ms: number): void {
  core.world.now += ms
  core.fallDue()
}

describe('an answer that is due', () => {
  test('sends the chat to another agent when its time has come, and not a millisecond before', () => {
    const core = openGiven()
    expect(core.chat(1)).toMatchObject({ answerDueAt: NOW + 10 * MINUTE, handOverAt: NOW + 60 * MINUTE })
    pass(core, 10 * MINUTE - 1)
    expect([core.open(1), core.chat(1).missedBy]).toEqual([null, []])
    pass(core, 1)
    expect(core.chat(1)).toMatchObject({ assigneeId: 1, missedBy: [1], answerDueAt: null, handOverAt: null })
    expect(core.open(1)?.state).toBe('waiting')
    expect(core.agent(1).agent.missedInRow).toBe(1)
  })

  test.for([
    ['has read the message is not away', true, 0],
    ['has not read the message may be away', false, 1],
  ] as const)('sends the chat on either way: an agent who %s', ([_case, readByAgent, missedInRow]) => {
    const core = openGiven()
    pass(core, 10 * MINUTE)
    const fetch = core.step()
    expect(fetch).toMatchObject({ kind: 'fetch', chatId: 1 })
    const snapshot = { status: 'opened', assigneeId: agentId(1), readByAgent }
    core.settle(fetch as Step, { to: 'known', snapshot, answeredAt: core.world.now })
    expect(core.open(1)?.state).toBe('waiting')
    expect(core.agent(1).agent.missedInRow).toBe(missedInRow)
  })

  test.for([
    ['the agent’s answer', agentMessage(1, 1, NOW + MINUTE)],
    ['a colleague’s answer', agentMessage(1, 2, NOW + MINUTE)],
    ['its close', snapshotEvent('chat.closed', 1, NOW + MINUTE, { status: 'closed', assigneeId: agentId(1) })],
    [
      'putting it on hold',
      snapshotEvent('chat.status_updated', 1, NOW + MINUTE, { status: 'onhold', assigneeId: agentId(1) }),
    ],
    ['another agent', snapshotEvent('chat.assigned', 1, NOW + MINUTE, { assigneeId: agentId(2) })],
  ] as const)('is no longer due after %s', ([_case, event]) => {
    const core = openGiven()
    core.receive(event)
    expect(core.chat(1).answerDueAt).toBeNull()
    pass(core, 10 * MINUTE)
    expect(core.chat(1).missedBy).toEqual([])
  })

  test('is due anew when the customer writes again', () => {
    const core = openGiven()
    core.receive(agentMessage(1, 1, NOW + MINUTE))
    core.world.now += 2 * MINUTE
    core.receive(customerMessage(1, core.world.now))
    expect(core.chat(1).answerDueAt).toBe(NOW + 12 * MINUTE)
  })

  test('counts against the agent, but moves the chat no further than the policy lets it', () => {
    const core = openGiven({ ...POLICY, maxHops: 0 })
    pass(core, 10 * MINUTE)
    expect([core.open(1), core.agent(1).agent.missedInRow]).toEqual([null, 1])
  })

  test('is not due where the agent answered before the answer to the PUT arrived', () => {
    const core = openCore({ policy: POLICY })
    core.saveRoster(TWO_AGENTS)
    core.receive(snapshotEvent('chat.new', 1, NOW))
    const put = core.step() as Step
    core.world.now += 2000
    core.receive(agentMessage(1, 1, NOW + 1000))
    core.settle(put, { to: 'assigned', snapshot: { assigneeId: agentId(1) }, answeredAt: core.world.now })
    expect(core.chat(1)).toMatchObject({ assigneeId: 1, assignedByUs: true, answerDueAt: null })
  })

  test('has the chat fetched before it leaves its agent, unless news of it is less than ten seconds old', () => {
    const core = openGiven({ ...POLICY, answerDueAt: (_agentId, from) => from + MINUTE })
    core.world.route = choose(2)
    pass(core, MINUTE)
    expect(core.step()).toMatchObject({ kind: 'fetch', chatId: 1 })
  })

  test('leaves the chat with its agent for good where the policy leaves it', () => {
    const core = openGiven()
    pass(core, 10 * MINUTE)
    core.world.route = ({ chat }) => ({ ...decisionFor(null, chat.id), isLeft: true })
    const fetch = core.step() as Step
    core.settle(fetch, { to: 'known', snapshot: { assigneeId: agentId(1) }, answeredAt: core.world.now })
    const { id: assignmentId, chatId } = core.open(1) as Assignment
    const { step, decisions } = core.apply({ kind: 'step', assignmentId, chatId })
    expect([step?.kind, decisions.length]).toEqual(['left', 1])
    core.receive(customerMessage(1, core.world.now + MINUTE))
    expect(core.chat(1)).toMatchObject({ assigneeId: 1, assignedByUs: false })
    expect(core.open(1)).toBeNull()
  })

  test('an agent who closed the chat keeps it when its customer writes again, though they had missed it', () => {
    const core = openGiven()
    pass(core, 10 * MINUTE)
    core.receive(snapshotEvent('chat.closed', 1, core.world.now, { status: 'closed', assigneeId: agentId(1) }))
    core.world.now += MINUTE
    core.receive(customerMessage(1, core.world.now))
    expect(core.chat(1)).toMatchObject({ status: 'opened', assigneeId: 1, missedBy: [] })
    expect(core.open(1)).toBeNull()
  })

  test('what the agent missed no longer counts once the agent writes in any chat', () => {
    const core = openGiven()
    pass(core, 10 * MINUTE)
    const { change } = core.receive(agentMessage(2, 1, core.world.now))
    expect([core.agent(1).agent.missedInRow, change.hasFreed]).toEqual([0, true])
  })
})

describe('the end of an agent’s shift', () => {
  const answered = (): Core => {
    const core = openGiven()
    core.receive(agentMessage(1, 1, NOW + MINUTE))
    return core
  }

  test('hands the chat over', () => {
    const core = answered()
    pass(core, 60 * MINUTE)
    expect(core.chat(1)).toMatchObject({ missedBy: [1], handOverAt: NOW + 660 * MINUTE })
    core.world.route = choose(2)
    expect(core.step()).toMatchObject({ kind: 'fetch' })
  })

  test('leaves the chat with an agent who is back before the hand-over', () => {
    const core = answered()
    pass(core, 60 * MINUTE)
    core.world.policy = { ...POLICY, handOverAt: () => NOW + 1200 * MINUTE }
    pass(core, 600 * MINUTE)
    expect(core.chat(1)).toMatchObject({ assigneeId: 1, missedBy: [], handOverAt: NOW + 1200 * MINUTE })
    expect(core.open(1)).toBeNull()
  })

  test('leaves a chat from a person alone', () => {
    const core = openCore({ policy: POLICY })
    core.receive(snapshotEvent('chat.assigned', 1, NOW, { assigneeId: agentId(1) }))
    pass(core, 60 * MINUTE)
    expect([core.open(1), core.chat(1).missedBy]).toEqual([null, []])
  })

  test('comes at once for an agent who is paused, where the policy says so', () => {
    const core = openGiven({ ...POLICY, handsOverPaused: true })
    core.act({ act: 'pause', agentId: agentId(1), until: NOW + MINUTE })
    core.apply({ kind: 'due', chatIds: [core.chat(1).id] })
    expect([core.open(1)?.state, core.chat(1).missedBy]).toEqual(['waiting', [1]])
  })
})

describe('a snooze', () => {
  test('ends at its time: the chat waits for an agent, since then', () => {
    const core = openCore()
    core.receive(snapshotEvent('chat.snoozed', 1, NOW, { snoozedUntil: NOW + MINUTE }))
    expect(core.open(1)).toBeNull()
    pass(core, MINUTE)
    expect(core.chat(1).snoozedUntil).toBeNull()
    expect(core.open(1)).toMatchObject({ state: 'waiting', openedAt: NOW + MINUTE })
  })

  test('of a chat that an agent has ends without asking for another', () => {
    const core = openCore()
    core.receive(snapshotEvent('chat.snoozed', 1, NOW, { snoozedUntil: NOW + MINUTE, assigneeId: agentId(2) }))
    pass(core, MINUTE)
    expect([core.open(1), core.chat(1).snoozedUntil]).toEqual([null, null])
  })
})

test('a silent chat frees its agent', () => {
  const policy: ChatPolicy = {
    ...PLAIN,
    silentMs: 30 * MINUTE,
    loadOf: (chat, now) => (now - (chat.snapshotAt ?? 0) >= 30 * MINUTE ? 0 : 100),
  }
  const core = openCore({ policy })
  core.receive(snapshotEvent('chat.assigned', 1, NOW, { assigneeId: agentId(1) }))
  expect(core.agent(1).agent.load).toBe(1)
  pass(core, 30 * MINUTE)
  expect(core.agent(1).agent.load).toBe(0)
  expect(core.state.active.entries()).toEqual([])
})
