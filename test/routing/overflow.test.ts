import { describe, expect, test } from 'vitest'
import type { Situation } from '../../src/decision.ts'
import type { RoutingFile } from '../../src/routing/file-schema.ts'
import { route } from '../../src/routing/route.ts'
import { agentId } from '../support/events.ts'
import { agent, chat, NOW, policyOf, situation } from '../support/people.ts'
import { at, MINUTE } from '../support/shifts.ts'

const SECOND = 1000
type Department = NonNullable<RoutingFile['departments']>[string]

/** Decides for a chat of department 10 that waits since NOW. */
function decide(file: RoutingFile, after: number, more: Partial<Situation>) {
  const waited = { chat: chat(1, 10), now: NOW + after, ...more }
  return route(policyOf(null, null, file), situation(waited))
}

const withTen = (department: Department, more: RoutingFile = {}): RoutingFile => ({
  ...more,
  departments: { 10: department },
})

const own = agent(1, { departments: [10] })
const other = agent(2, { departments: [20] })
const third = agent(3, { departments: [30] })
const paused = { pausedUntil: Infinity }

/** The agents that the rule "department" keeps at that moment. */
function reached(file: RoutingFile, after: number, agents = [own, other, third]) {
  return decide(file, after, { agents }).steps.find(({ rule }) => rule === 'department')?.kept
}

describe('the steps of an overflow', () => {
  const steps = withTen({
    overflow: [{ to: 'own', seconds: 60 }, { to: 20, seconds: 30 }, { to: 'anybody' }],
  })

  test('have times of their own, and each later step adds agents', () => {
    expect(reached(steps, 60 * SECOND - 1)).toEqual([1])
    expect(reached(steps, 60 * SECOND)).toEqual([1, 2])
    expect(reached(steps, 90 * SECOND - 1)).toEqual([1, 2])
    expect(reached(steps, 90 * SECOND)).toEqual([1, 2, 3])
    expect(reached(steps, 1e9)).toEqual([1, 2, 3])
  })

  test('are skipped, and take no time, where no agent is there', () => {
    expect(reached(steps, 0, [{ ...own, ...paused }, other, third])).toEqual([1, 2])
    expect(reached(steps, 60 * SECOND, [own, { ...other, ...paused }, third])).toEqual([1, 2, 3])
    expect(reached(steps, 0, [{ ...own, ...paused }, { ...other, isSetAside: true }, third])).toEqual([1, 3])
  })

  test('are not skipped where agents are there but busy', () => {
    const file = { ...steps, capacity: 5 }
    expect(decide(file, 60 * SECOND - 1, { agents: [{ ...own, load: 5 }, other] }).agentId).toBeNull()
    expect(decide(file, 60 * SECOND, { agents: [{ ...own, load: 5 }, other] }).agentId).toBe(2)
  })

  test('without a time last for ever', () => {
    const file = withTen({ overflow: [{ to: 'own' }, { to: 'anybody' }] })
    expect(reached(file, 1e9)).toEqual([1])
  })

  test('let in all agents from the start for a chat without a department', () => {
    const file: RoutingFile = { departments: { none: { overflow: [{ to: 'own', seconds: 60 }, { to: 'nobody' }] } } }
    const agents = [agent(5)]
    expect(decide(file, 0, { chat: chat(1), agents })).toMatchObject({ agentId: 5, isLeft: false })
    expect(decide(file, 60 * SECOND, { chat: chat(1), agents })).toMatchObject({ agentId: null, isLeft: true })
  })

  test('that end with "nobody" leave the chat unassigned, even where an agent is free', () => {
    const file = withTen({ overflow: [{ to: 'own', seconds: 60 }, { to: 'nobody' }] })
    expect(decide(file, 60 * SECOND - 1, { agents: [own] })).toMatchObject({ agentId: 1, isLeft: false })
    expect(decide(file, 60 * SECOND, { agents: [own] })).toMatchObject({
      agentId: null,
      isLeft: true,
      lookAgainAt: null,
    })
  })
})

describe('while no agent of its department is there', () => {
  const absent = { ...own, ...paused }

  test.for<[what: string, whenNobody: Department['whenNobody'], given: number | null]>([
    ['waits unless told otherwise', undefined, null],
    ['waits', 'wait', null],
    ['goes to another department', { department: 20 }, 2],
    ['goes to one agent', { agent: 3 }, 3],
    ['goes to no agent where the other department does not exist', { department: 40 }, null],
    ['goes to no agent where the other agent does not exist', { agent: 40 }, null],
    ['never goes to a paused agent, even with "anyway"', 'anyway', null],
  ])('the chat %s', ([, whenNobody, given]) => {
    const file = withTen(whenNobody === undefined ? {} : { whenNobody })
    expect(decide(file, 0, { agents: [absent, other, third] }).agentId).toBe(given)
    expect(decide(file, 0, { agents: [absent, own, other, third] }).agentId).toBe(1)
  })

  test('"anyway" gives the chat to an agent who is not on shift', () => {
    const day = { zone: 'Europe/Kyiv', hours: [{ days: ['mon' as const], from: '09:00', to: '18:00' }] }
    const night = { now: at('2026-06-01T20:00'), waitingSince: at('2026-06-01T20:00'), agents: [own, other] }
    expect(decide(withTen({ whenNobody: 'wait' }, { shift: 'day', shifts: { day } }), 0, night).agentId).toBeNull()
    expect(decide(withTen({ whenNobody: 'anyway' }, { shift: 'day', shifts: { day } }), 0, night).agentId).toBe(1)
  })

  test('two departments that point at each other give no agent while both are away', () => {
    const file: RoutingFile = {
      departments: { 10: { whenNobody: { department: 20 } }, 20: { whenNobody: { department: 10 } } },
    }
    const away = [absent, { ...other, ...paused }]
    expect(decide(file, 0, { agents: away }).agentId).toBeNull()
    expect(decide(file, 0, { agents: [...away, third] }).agentId).toBeNull()
    expect(decide(file, 0, { chat: chat(1, 20), agents: [absent, agent(4, { departments: [10] })] }).agentId).toBe(4)
  })

  test('two departments that point at each other’s agents give no agent while both agents are paused', () => {
    const file: RoutingFile = { departments: { 10: { whenNobody: { agent: 2 } }, 20: { whenNobody: { agent: 1 } } } }
    const away = [absent, { ...other, pausedUntil: NOW + MINUTE }]
    expect(decide(file, 0, { agents: away })).toMatchObject({ agentId: null, lookAgainAt: NOW + MINUTE })
    expect(decide(file, MINUTE, { agents: away }).agentId).toBe(2)
  })
})

describe('a chat that agents missed', () => {
  const missed = { ...chat(1, 10), missedBy: [agentId(1)] }
  const noAnswer = { minutes: 10, hops: 1 }

  test('too many times is at its last step at once', () => {
    const file = withTen({ overflow: [{ to: 'own', seconds: 60 }, { to: 20, seconds: 60 }, { to: 30 }] }, { noAnswer })
    expect(decide(file, 0, { chat: missed, agents: [own, third] }).agentId).toBe(3)
    expect(decide({ noAnswer }, 0, { chat: missed, agents: [own, other] })).toMatchObject({
      agentId: null,
      isLeft: true,
    })
  })
})
