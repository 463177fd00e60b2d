import { describe, expect, test } from 'vitest'
import { findDue, findNext, MAX_RETRY_DELAY_MS as MAX_DELAY, nextDueAt } from '../../src/core/next.ts'
import { PLAIN } from '../../src/core/plain-policy.ts'
import type { Step } from '../../src/core/contract.ts'
import type { Assignment } from '../../src/core/records.ts'
import type { AssignmentId } from '../../src/domain.ts'
import { openCore, TWO_AGENTS, type Core } from '../support/core.ts'
import { agentId, chatId, departmentId, snapshotEvent } from '../support/events.ts'
import { decisionFor, NOW } from '../support/people.ts'

const none = { pools: new Set<string>(), assignments: new Set<AssignmentId>() }

/** New chats a second apart: 1 and 3 in no department, 2 and 4 in department 10. */
function open(): Core {
  const core = openCore()
  core.saveRoster(TWO_AGENTS)
  for (const id of [1, 2, 3, 4]) {
    const department = id % 2 === 0 ? departmentId(10) : null
    core.receive(snapshotEvent('chat.new', id, core.world.now, { departmentId: department }))
    core.world.now += 1000
  }
  return core
}

const next = (core: Core, exclusions = none) => findNext(core.state, core.world.now, exclusions)?.chatId ?? null

function put(core: Core): Step {
  const step = core.step()
  if (step?.kind !== 'put') throw new Error(`expected a put, got ${step?.kind}`)
  return step
}

describe('what is decided next', () => {
  test('is the assignment that has waited longest, in any pool', () => {
    const core = open()
    expect(next(core)).toBe(1)
    expect(next(core, { ...none, pools: new Set(['no department']) })).toBe(2)
    expect(next(core, { ...none, pools: new Set(['no department', 'department 10']) })).toBeNull()
  })

  test('is never one that is under way: the next of its pool follows', () => {
    const core = open()
    const first = core.open(1)?.id as AssignmentId
    expect(next(core, { pools: new Set(['department 10']), assignments: new Set([first]) })).toBe(3)
  })

  test('of two that came at once is the older assignment', () => {
    const core = openCore()
    core.receive(snapshotEvent('chat.new', 7, NOW))
    core.receive(snapshotEvent('chat.new', 3, NOW, { departmentId: departmentId(10) }))
    core.receive(snapshotEvent('chat.new', 5, NOW))
    expect(next(core)).toBe(7)
    expect(next(core, { ...none, pools: new Set(['department 10']) })).toBe(7)
  })

  test('is one whose request was lost, in its old place, even if its pool is excluded', () => {
    const core = open()
    put(core)
    expect(next(core, { ...none, pools: new Set(['no department']) })).toBe(1)
  })

  test.for(
    [true, false].flatMap((mayHaveTakenEffect) => [
      { what: 'a retry that is due', delayMs: 0, expected: 1, mayHaveTakenEffect },
      { what: 'the one after a retry that is not due', delayMs: 5000, expected: 2, mayHaveTakenEffect },
      { what: 'a retry from before the clock was set back', delayMs: MAX_DELAY + 1, expected: 1, mayHaveTakenEffect },
    ]),
  )('is $what, whose PUT may have had an effect: $mayHaveTakenEffect', ({ delayMs, expected, mayHaveTakenEffect }) => {
    const core = open()
    const notBefore = core.world.now + delayMs
    core.settle(put(core), { to: 'retry', notBefore, isFailure: true, mayHaveTakenEffect, reason: 'HTTP 500' })
    expect(next(core)).toBe(expected)
    core.world.now += delayMs
    expect(next(core)).toBe(1)
  })

  test('is nothing where a person took the chat', () => {
    const core = openCore()
    core.receive(snapshotEvent('chat.new', 1, NOW))
    core.receive(snapshotEvent('chat.assigned', 1, NOW + 1000, { assigneeId: agentId(2) }))
    expect(next(core)).toBeNull()
  })
})

describe('what falls due', () => {
  test('is a snooze at its end, not before, the earliest first', () => {
    const core = openCore()
    for (const [id, at] of [
      [1, 9000],
      [2, 5000],
    ] as const) {
      core.receive(snapshotEvent('chat.snoozed', id, NOW, { snoozedUntil: NOW + at }))
    }
    expect(nextDueAt(core.state, NOW, null)).toBe(NOW + 5000)
    expect(findDue(core.state, NOW + 4999, null)).toEqual([])
    expect(findDue(core.state, NOW + 9000, null)).toEqual([chatId(2), chatId(1)])
  })

  test('is a retry', () => {
    const core = open()
    const notBefore = core.world.now + 5000
    const settlement = { to: 'retry', notBefore, isFailure: true, reason: 'HTTP 500' } as const
    core.settle(put(core), { ...settlement, mayHaveTakenEffect: true })
    expect(nextDueAt(core.state, core.world.now, null)).toBe(notBefore)
    core.settle(put(core), { ...settlement, notBefore: notBefore - 1000, mayHaveTakenEffect: false })
    expect(nextDueAt(core.state, core.world.now, null)).toBe(notBefore - 1000)
  })

  test('is a chat that was silent for as long as the policy says, while it takes capacity', () => {
    const core = openCore({ policy: { ...PLAIN, silentMs: 1000 } })
    core.receive(snapshotEvent('chat.assigned', 1, NOW, { assigneeId: agentId(1) }))
    expect(nextDueAt(core.state, NOW, 1000)).toBe(NOW + 1000)
    expect(findDue(core.state, NOW + 1000, 1000)).toEqual([chatId(1)])
    expect(findDue(core.state, NOW + 1000, null)).toEqual([])
  })

  test('comes a hundred at a time', () => {
    const core = openCore()
    for (let id = 1; id <= 150; id += 1) {
      core.receive(snapshotEvent('chat.snoozed', id, NOW, { snoozedUntil: NOW + 1000 }))
    }
    expect(findDue(core.state, NOW + 1000, null)).toHaveLength(100)
    core.world.now += 1000
    core.fallDue()
    expect(findDue(core.state, core.world.now, null)).toHaveLength(50)
  })
})

test('a step for an assignment that is over changes nothing', () => {
  const core = openCore()
  core.receive(snapshotEvent('chat.new', 1, NOW))
  const { id: assignmentId } = core.open(1) ?? { id: 0 as AssignmentId }
  core.receive(snapshotEvent('chat.closed', 1, NOW + 1000, { status: 'closed' }))
  const applied = core.apply({ kind: 'step', assignmentId, chatId: chatId(1) })
  expect([applied.step, applied.chats, applied.decisions]).toEqual([null, [], []])
  expect(core.open(1)).toBeNull()
})

test('each new reason why a chat waits is put on record, and each only once', () => {
  let why = 'at capacity'
  const core = openCore({ route: ({ chat }) => ({ ...decisionFor(null, chat.id), summary: why }) })
  core.saveRoster(TWO_AGENTS)
  core.receive(snapshotEvent('chat.new', 1, NOW))
  const decide = () => {
    const { id: assignmentId, chatId: id } = core.open(1) as Assignment
    return core.apply({ kind: 'step', assignmentId, chatId: id }).decisions.map(({ decision }) => decision.summary)
  }
  expect([decide(), decide()]).toEqual([['at capacity'], []])
  why = 'paused'
  expect([decide(), decide()]).toEqual([['paused'], []])
  expect(core.open(1)?.summary).toBe('paused')
})
