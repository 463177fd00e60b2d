import { describe, expect, test } from 'vitest'
import type { Step } from '../../src/core/contract.ts'
import type { Settlement } from '../../src/core/inputs.ts'
import type { Assignment } from '../../src/core/records.ts'
import type { Situation } from '../../src/decision.ts'
import type { CustomerId } from '../../src/domain.ts'
import { choose, openCore, TWO_AGENTS, type Core } from '../support/core.ts'
import { agentId, agentMessage, chatId, customerMessage, facts, snapshotEvent } from '../support/events.ts'
import { NOW } from '../support/people.ts'

type Put = Extract<Step, { kind: 'put' }>

/** Chat 1 is decided for agent 1, and its PUT is under way. */
function openDecided(): { core: Core; put: Put } {
  const core = openCore()
  core.saveRoster(TWO_AGENTS)
  const event = snapshotEvent('chat.new', 1, NOW)
  core.receive({ ...event, facts: facts({ customerId: 7 as CustomerId }) })
  const put = core.step()
  if (put?.kind !== 'put') throw new Error(`expected a put, got ${put?.kind}`)
  core.world.now += 5000
  return { core, put }
}

const retry = (mayHaveTakenEffect: boolean, isFailure = true): Settlement => ({
  to: 'retry',
  notBefore: NOW + 60_000,
  isFailure,
  mayHaveTakenEffect,
  reason: 'HTTP 500',
})
const ok = (assignee?: number): Settlement => ({
  to: 'assigned',
  snapshot: assignee === undefined ? {} : { assigneeId: agentId(assignee) },
  answeredAt: NOW + 5000,
})

/** What each answer makes of the assignment, of the chat, and of the loads of agents 1 and 2. */
const TABLE: readonly [
  fact: string,
  settlement: Settlement,
  state: string,
  chat: object,
  loads: readonly [number, number],
][] = [
  ['a 200 assigns the chat', ok(1), 'assigned', { assigneeId: 1, assignedByUs: true }, [1, 0]],
  [
    'a 200 that names no agent means the agent of the PUT',
    ok(),
    'assigned',
    { assigneeId: 1, assignedByUs: true },
    [1, 0],
  ],
  ['a 200 that names another agent is believed', ok(2), 'assigned', { assigneeId: 2, assignedByUs: false }, [0, 1]],
  ['a 404 marks the chat as gone', { to: 'gone' }, 'gone', { status: 'gone', assigneeId: null }, [0, 0]],
  [
    'a refused agent is set aside, and the chat is decided again',
    { to: 'another agent', reason: 'HTTP 400' },
    'waiting',
    { status: 'new', assigneeId: null },
    [0, 0],
  ],
  ['a PUT that never left is decided again', { to: 'held back' }, 'waiting', { assigneeId: null }, [0, 0]],
  ['a PUT that was refused without effect, too', retry(false), 'waiting', { assigneeId: null }, [0, 0]],
  ['one that may have taken effect keeps its slot reserved', retry(true), 'decided', { assigneeId: null }, [1, 0]],
  ['a dead letter frees its slot', { to: 'dead', reason: 'HTTP 500' }, 'dead', { assigneeId: null }, [0, 0]],
  [
    'a dry run leaves the chat alone until its customer writes',
    { to: 'rehearsed' },
    'rehearsed',
    { assigneeId: null, restingSince: NOW },
    [0, 0],
  ],
  [
    'a fetch that shows the PUT without effect has it decided again',
    { to: 'known', snapshot: { assigneeId: null }, answeredAt: NOW + 5000 },
    'waiting',
    { assigneeId: null },
    [0, 0],
  ],
  [
    'a fetch that shows another agent ends the assignment',
    { to: 'known', snapshot: { assigneeId: agentId(2) }, answeredAt: NOW + 5000 },
    'superseded',
    { assigneeId: 2, assignedByUs: false },
    [0, 1],
  ],
  [
    'a fetch that shows the agent of the PUT leaves it to the next step, which has nothing to send',
    { to: 'known', snapshot: { assigneeId: agentId(1) }, answeredAt: NOW + 5000 },
    'decided',
    { assigneeId: 1, assignedByUs: true },
    [1, 0],
  ],
]

test.for<[fact: string, settlement: Settlement]>([
  ['a 429', retry(false, false)],
  ['a refusal of the agent', { to: 'another agent', reason: 'HTTP 400' }],
  ['a PUT that was held back', { to: 'held back' }],
])('%s ends the assignment where a person gave the chat to the same agent', ([, settlement]) => {
  const { core, put } = openDecided()
  core.receive(snapshotEvent('chat.assigned', 1, NOW + 4000, { assigneeId: agentId(1) }))
  expect(core.settle(put, settlement)).toBe('superseded')
  expect(core.chat(1)).toMatchObject({ assigneeId: 1, assignedByUs: false })
  expect(core.step()).toBeNull()
})

describe('an answer', () => {
  test.for(TABLE)('%s', ([_fact, settlement, state, chat, loads]) => {
    const { core, put } = openDecided()
    expect(core.agent(1).agent.load).toBe(1)
    expect(core.settle(put, settlement)).toBe(state)
    expect(core.chat(1)).toMatchObject(chat)
    expect([1, 2].map((id) => core.agent(id).agent.load)).toEqual(loads)
    expect(core.open(1)?.state ?? null).toBe(state === 'waiting' || state === 'decided' ? state : null)
  })

  test('that arrives after a person took the chat changes nothing', () => {
    const { core, put } = openDecided()
    core.receive(snapshotEvent('chat.assigned', 1, NOW + 4000, { assigneeId: agentId(2) }))
    expect(core.settle(put, { ...ok(1), answeredAt: NOW + 3000 } as Settlement)).toBe('superseded')
    expect(core.chat(1)).toMatchObject({ assigneeId: 2, assignedByUs: false })
  })

  test('that arrives late, for a chat without an agent as far as we know, gives it the agent of the PUT', () => {
    const { core, put } = openDecided()
    core.receive(snapshotEvent('chat.closed', 1, NOW + 3000, { status: 'closed' }))
    core.receive(customerMessage(1, NOW + 4000))
    expect(core.settle(put, ok())).toBe('superseded')
    expect(core.chat(1)).toMatchObject({ assigneeId: 1 })
    expect(core.open(1)).toBeNull()
  })

  test('that arrives when its assignment waits again gives the chat its agent: nothing more is sent', () => {
    const { core, put } = openDecided()
    core.settle(put, { to: 'held back' })
    expect(core.settle(put, ok(1))).toBe('superseded')
    expect(core.chat(1).assigneeId).toBe(1)
    expect([core.open(1), core.step()]).toEqual([null, null])
  })

  test('of the same second as the newest event has the chat fetched first, when its assignment waits again', () => {
    const { core, put } = openDecided()
    core.settle(put, { to: 'held back' })
    core.settle(put, { ...ok(1), answeredAt: NOW } as Settlement)
    core.world.route = choose(2)
    expect(core.step()).toMatchObject({ kind: 'fetch', chatId: 1 })
  })

  test('that failed makes a removal of the same second count: the PUT may have assigned the removed agent', () => {
    const { core, put } = openDecided()
    core.settle(put, retry(true))
    core.receive(snapshotEvent('chat.assigned', 1, NOW, { assigneeId: null }))
    expect(core.chat(1)).toMatchObject({ assigneeId: null, restingSince: NOW })
    expect(core.open(1)).toBeNull()
  })

  test('keeps each attempt with its reason', () => {
    const { core, put } = openDecided()
    core.settle(put, retry(false))
    expect(core.open(1)).toMatchObject({
      failures: 1,
      notBefore: NOW + 60_000,
      attempts: [{ at: NOW + 5000, agentId: 1, reason: 'HTTP 500' }],
    })
  })

  test('that says nothing about the chat, such as a 429, does not count as a failure', () => {
    const { core, put } = openDecided()
    core.settle(put, retry(false, false))
    expect(core.open(1)?.failures).toBe(0)
  })

  test('remembers who has the customer’s last chat', () => {
    const { core, put } = openDecided()
    core.settle(put, ok(1))
    expect(core.state.customers.get(7 as CustomerId)).toEqual({ agentId: 1, at: NOW + 5000 })
  })
})

describe('a chat that HelpCrunch refuses twice', () => {
  test('is refused for good, and each agent is set aside until the roster is read', () => {
    const { core, put } = openDecided()
    core.settle(put, { to: 'another agent', reason: 'HTTP 400' })
    core.world.route = choose(2)
    const second = core.step() as Step
    expect(core.settle(second, { to: 'another agent', reason: 'HTTP 400' })).toBe('refused')
    expect([1, 2].map((id) => core.agent(id).agent.isSetAside)).toEqual([true, true])
    core.saveRoster(TWO_AGENTS)
    expect([1, 2].map((id) => core.agent(id).agent.isSetAside)).toEqual([false, false])
  })
})

describe('a decision whose PUT had no effect', () => {
  test.for([
    ['held back', { to: 'held back' }],
    ['refused', retry(false)],
  ] as const)('gives the agent the place in the rotation back: %s', ([_case, settlement]) => {
    const { core, put } = openDecided()
    expect(core.agent(1).agent).toMatchObject({ turn: 1, recentAt: [NOW] })
    core.settle(put, settlement)
    expect(core.agent(1).agent).toMatchObject({ turn: 0, recentAt: [] })
  })

  test('leaves the place that the agent got by a later decision', () => {
    const { core, put } = openDecided()
    core.receive(snapshotEvent('chat.new', 2, core.world.now))
    const { id } = core.open(2) as Assignment
    core.apply({ kind: 'step', assignmentId: id, chatId: chatId(2) })
    core.settle(put, { to: 'held back' })
    expect(core.agent(1).agent).toMatchObject({ turn: 2, recentAt: [NOW] })
  })

  test('gives all agents back what they were owed before', () => {
    const core = openCore({
      route: ({ chat }) => ({
        ...choose(1)({ chat } as Situation),
        credits: [1, 2].map((id) => ({ agentId: agentId(id), credit: id === 1 ? -0.5 : 0.5 })),
      }),
    })
    core.saveRoster(TWO_AGENTS)
    core.receive(snapshotEvent('chat.new', 1, NOW))
    const put = core.step() as Step
    expect([1, 2].map((id) => core.agent(id).agent.credit)).toEqual([-0.5, 0.5])
    core.settle(put, { to: 'held back' })
    expect([1, 2].map((id) => core.agent(id).agent.credit)).toEqual([0, 0])
  })

  test('has the chat fetched first where the PUT may have had an effect', () => {
    const { core, put } = openDecided()
    core.settle(put, retry(true))
    core.world.now = NOW + 60_000
    const fetch = core.step() as Step
    expect(fetch).toMatchObject({ kind: 'fetch', failures: 1 })
    core.settle(fetch, { to: 'known', snapshot: { assigneeId: agentId(1) }, answeredAt: core.world.now })
    expect(core.step()).toMatchObject({ kind: 'confirmed', agentId: 1 })
    expect(core.open(1)).toBeNull()
    expect(core.chat(1)).toMatchObject({ assigneeId: 1, assignedByUs: true })
  })

  test('has the chat fetched first also where no settlement followed, not even a failure', () => {
    const { core } = openDecided()
    expect(core.step()).toMatchObject({ kind: 'fetch', chatId: 1 })
  })

  test('keeps a doubt that arose after the fetch left', () => {
    const { core, put } = openDecided()
    core.settle(put, retry(true))
    core.world.now = NOW + 60_000
    const fetch = core.step() as Step
    core.receive(agentMessage(1, 2, NOW + 61_000))
    core.settle(fetch, { to: 'known', snapshot: { assigneeId: null }, answeredAt: NOW + 60_000 })
    expect(core.record(1).verifiedAt).toBe('doubted')
    expect(core.step()).toMatchObject({ kind: 'fetch', chatId: chatId(1) })
  })
})

test('a fetch that failed does not count against the PUT after it', () => {
  const core = openCore()
  core.saveRoster(TWO_AGENTS)
  core.receive(customerMessage(1, NOW))
  core.settle(core.step() as Step, { ...retry(true), notBefore: 0 } as Settlement)
  const again = core.step() as Step
  expect(again).toMatchObject({ kind: 'fetch', failures: 1 })
  core.settle(again, { to: 'known', snapshot: { assigneeId: null }, answeredAt: NOW })
  expect(core.step()).toMatchObject({ kind: 'put', failures: 0 })
})

test('a chat that is gone asks again when its customer writes', () => {
  const { core, put } = openDecided()
  core.settle(put, { to: 'gone' })
  expect(core.step()).toBeNull()
  core.receive(customerMessage(1, NOW + 9000))
  expect(core.chat(1).status).toBe('opened')
  expect(core.open(1)?.state).toBe('waiting')
})

describe('an agent answers a chat that has none, and the webhook of HelpCrunch’s assignment is lost', () => {
  function openAnswered() {
    const { core, put } = openDecided()
    core.settle(put, retry(false))
    core.receive(agentMessage(1, 2, NOW + 5000))
    core.world.now = NOW + 60_000
    return core
  }

  test('a person then takes the agent off: the chat rests until its customer writes', () => {
    const core = openAnswered()
    core.receive(snapshotEvent('chat.assigned', 1, NOW + 20_000, { assigneeId: null }))
    expect(core.step()).toBeNull()
    core.receive(customerMessage(1, NOW + 60_000))
    expect(core.step()).toMatchObject({ kind: 'put' })
  })

  test('a fetch shows no assignee: the writer may have been a bot, so the chat gets an agent', () => {
    const core = openAnswered()
    const fetch = core.step() as Step
    expect(fetch).toMatchObject({ kind: 'fetch' })
    core.settle(fetch, { to: 'known', snapshot: { assigneeId: null }, answeredAt: NOW + 60_000 })
    expect(core.step()).toMatchObject({ kind: 'put' })
  })

  test('the customer has written since: the chat gets an agent', () => {
    const core = openAnswered()
    core.receive(customerMessage(1, NOW + 10_000))
    core.receive(snapshotEvent('chat.assigned', 1, NOW + 20_000, { assigneeId: null }))
    expect(core.step()).toMatchObject({ kind: 'put' })
  })

  test('an event made before the answer shows nothing', () => {
    const core = openAnswered()
    core.receive(snapshotEvent('chat.assigned', 1, NOW + 5000, { assigneeId: null }))
    expect(core.step()).toMatchObject({ kind: 'fetch' })
  })
})
