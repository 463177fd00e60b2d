import { describe, expect, test } from 'vitest'
import type { Assignment } from '../../src/core/records.ts'
import type { Replay } from '../../src/core/contract.ts'
import type { ChatEvent, Roster } from '../../src/domain.ts'
import { choose, openCore, TWO_AGENTS, type Core } from '../support/core.ts'
import { agentId, customerMessage, snapshotEvent } from '../support/events.ts'
import { NOW } from '../support/people.ts'

/** Chat 1 is decided for agent 1, and its PUT is under way. */
function openDecided(): Core {
  const core = openCore()
  core.saveRoster(TWO_AGENTS)
  core.receive(snapshotEvent('chat.new', 1, NOW))
  core.step()
  return core
}

describe('a roster', () => {
  const only = (...ids: number[]): Roster => ({
    agents: ids.map((id) => ({ id: agentId(id), name: `Agent ${id}` })),
    departments: [],
  })

  test('lists agents with their departments, and waiting chats are decided again', () => {
    const core = openCore()
    const { change } = core.saveRoster(TWO_AGENTS)
    expect(change.hasFreed).toBe(true)
    expect(core.state.listed).toMatchObject([
      { id: 1, departmentIds: [], load: 0 },
      { id: 2, departmentIds: [10], load: 0 },
    ])
  })

  test('that no longer lists an agent keeps their load, and they get no chats', () => {
    const core = openDecided()
    core.saveRoster(only(2))
    expect(core.agent(1)).toMatchObject({ isListed: false, agent: { load: 1 } })
    expect(core.state.listed.map(({ id }) => id)).toEqual([2])
    core.saveRoster(only(1, 2))
    expect(core.agent(1)).toMatchObject({ isListed: true, agent: { load: 1, turn: 1 } })
  })

  test('gives a newcomer the lower middle place in the rotation and the mean of what is owed', () => {
    const core = openCore()
    core.saveRoster(only(1, 2, 3))
    core.apply({ kind: 'roster', roster: only(1, 2, 3), seenAt: NOW })
    for (const [id, turn, credit] of [
      [1, 5, 0.5],
      [2, 9, -0.25],
      [3, 7, -0.25],
    ] as const) {
      const { agent, ...record } = core.agent(id)
      core.state.agents.set(agentId(id), { ...record, agent: { ...agent, turn, credit } })
    }
    core.saveRoster(only(1, 2, 3, 9))
    expect(core.agent(9).agent).toMatchObject({ turn: 7, credit: 0 })
  })

  test('leaves an agent’s pause and load as they are', () => {
    const core = openDecided()
    core.act({ act: 'pause', agentId: agentId(1), until: NOW + 1000 })
    core.saveRoster(TWO_AGENTS)
    expect(core.agent(1).agent).toMatchObject({ pausedUntil: NOW + 1000, load: 1, turn: 1 })
  })
})

describe('an operator', () => {
  test('pauses and resumes an agent, whose missed chats are then forgotten', () => {
    const core = openCore()
    core.saveRoster(TWO_AGENTS)
    core.act({ act: 'pause', agentId: agentId(1), until: NOW + 1000 })
    expect(core.agent(1).agent.pausedUntil).toBe(NOW + 1000)
    core.act({ act: 'resume', agentId: agentId(1) })
    expect(core.agent(1).agent).toMatchObject({ pausedUntil: null, missedInRow: 0 })
  })

  test('who names an unknown agent changes nothing', () => {
    const core = openCore()
    core.act({ act: 'pause', agentId: agentId(9), until: NOW + 1000 })
    expect(core.state.agents.size).toBe(0)
  })

  /** A dead letter for chat 1, which had a priority of one minute. */
  function openLetter(): { core: Core; letter: Assignment } {
    const core = openCore()
    core.saveRoster(TWO_AGENTS)
    core.world.policy = { ...core.world.policy, priorityMsOf: () => 60_000 }
    core.receive(snapshotEvent('chat.new', 1, NOW))
    const step = core.step()
    if (step === null) throw new Error('nothing was due')
    const applied = core.apply({
      ...step,
      kind: 'settlement',
      agentId: agentId(1),
      settlement: { to: 'dead', reason: 'HTTP 500' },
    })
    const [letter] = applied.assignments
    if (letter === undefined) throw new Error('no letter')
    return { core, letter }
  }

  const TABLE: readonly [replay: Replay, events: readonly ChatEvent[]][] = [
    ['replayed', []],
    ['the chat waits for an agent already', [customerMessage(1, NOW + 1000)]],
    ['the chat is closed', [snapshotEvent('chat.closed', 1, NOW + 5000, { status: 'closed' })]],
    ['an agent has the chat', [snapshotEvent('chat.assigned', 1, NOW + 5000, { assigneeId: agentId(2) })]],
  ]
  test.for(TABLE)('replays a dead letter: %s', ([replay, events]) => {
    const { core, letter } = openLetter()
    for (const event of events) core.receive(event)
    expect(core.act({ act: 'replay', letter })).toBe(replay)
  })

  test('replays a dead letter once, with its old priority', () => {
    const { core, letter } = openLetter()
    core.world.now += 5000
    const applied = core.apply({ kind: 'act', act: { act: 'replay', letter } })
    expect(applied.assignments.map(({ id, state }) => [id, state])).toEqual([
      [letter.id, 'replayed'],
      [core.open(1)?.id, 'waiting'],
    ])
    expect(core.open(1)).toMatchObject({ openedAt: NOW + 5000, rankAt: NOW + 5000 - 60_000, failures: 0 })
    expect(core.act({ act: 'replay', letter: { ...letter, state: 'replayed' } })).toBe('no such dead letter')
  })
})

describe('an instance that begins to decide', () => {
  test('fetches the chats that were decided before: their PUTs may have left', () => {
    const core = openDecided()
    const { id } = core.open(1) ?? {}
    if (id === undefined) throw new Error('not open')
    core.apply({ kind: 'takeover', decided: [{ assignmentId: id, chatId: core.chat(1).id }] })
    expect(core.record(1).verifiedAt).toBe('doubted')
    expect(core.step()).toMatchObject({ kind: 'fetch', chatId: 1 })
  })

  test('continues the rotation after the agents’ places, which are all that the database stores of it', () => {
    const core = openCore()
    core.saveRoster(TWO_AGENTS)
    core.receive(snapshotEvent('chat.new', 1, NOW))
    const put = core.step()
    if (put === null) throw new Error('nothing was due')
    core.settle(put, { to: 'held back' })
    core.apply({ kind: 'takeover', decided: [] })
    core.world.route = choose(2)
    core.step()
    expect(core.agent(2).agent.turn).toBe(1)
  })
})

test('other rules in force have waiting chats decided again', () => {
  expect(openCore().apply({ kind: 'policy', version: 'other' }).change.hasFreed).toBe(true)
})
