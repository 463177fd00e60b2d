import { expect, test } from 'vitest'
import type { Rank, Rule } from '../../src/routing/contract.ts'
import { RULES } from '../../src/routing/policy.ts'
import { available } from '../../src/routing/rules/available.ts'
import { capacity } from '../../src/routing/rules/capacity.ts'
import { department } from '../../src/routing/rules/department.ts'
import { load } from '../../src/routing/rules/load.ts'
import { roundRobin } from '../../src/routing/rules/round-robin.ts'
import { agentId } from '../support/events.ts'
import { agent, candidate, chat, context, NOW } from '../support/people.ts'
import { FULL } from '../support/routing-file.ts'
import { ruleContract } from './rules.contract.ts'

const candidates = [
  candidate(agent(1)),
  candidate(agent(2, { departments: [10, 20], load: 3, turn: 7, recentAt: [NOW - 1], credit: 2 }), 3, 5),
  candidate(agent(3, { pausedUntil: 8.64e15, isSetAside: true, load: 900, turn: 1e9, missedInRow: 9 }), 1),
]
const lastAgent = { agentId: agentId(2), at: NOW - 1, isPresent: true }
const contexts = [
  context(),
  context({ chat: chat(2, 10) }),
  context({
    chat: { ...chat(3, 20), labels: ['french'], missedBy: [agentId(1)] },
    file: FULL,
    lastAgent,
    owed: new Map([[agentId(2), 3]]),
  }),
  context({ chat: chat(4), file: FULL, lastAgent, isCandidate: () => true }),
]
for (const rule of RULES) ruleContract(rule, candidates, contexts)

const inSales = context({ chat: chat(1, 10) })
const keep = (rule: Rule, who: Parameters<typeof agent>[1], limit: number | null = null, where = inSales) =>
  rule.kind === 'filter' ? rule.keep(candidate(agent(1, who), limit), where) : null
const score = (rule: Rank, who: Parameters<typeof agent>[1], limit: number | null = null) =>
  rule.score(candidate(agent(1, who), limit), inSales)

test('department keeps the department’s members, and all agents where the chat has no department', () => {
  expect(keep(department, { departments: [10] })).toBe(true)
  expect(keep(department, { departments: [20] })).toEqual({ reason: 'not in department 10', until: null })
  expect(keep(department, {}, null, context())).toBe(true)
})

test('available keeps agents who are not paused, or whose pause is over', () => {
  expect(keep(available, {})).toBe(true)
  expect(keep(available, { pausedUntil: NOW + 1 })).toEqual({ reason: 'paused', until: NOW + 1 })
  expect(keep(available, { pausedUntil: NOW })).toBe(true)
})

test('capacity keeps agents with room', () => {
  expect(keep(capacity, { load: 4 }, 5)).toBe(true)
  expect(keep(capacity, { load: 5 }, 5)).toBe('at capacity (5/5)')
  expect(keep(capacity, { load: 6 }, 5)).toBe('at capacity (6/5)')
  expect(keep(capacity, { load: 999 })).toBe(true)
})

test('load is the share of the capacity, or the number of chats without one', () => {
  expect(score(load, { load: 2 }, 4)).toBe(0.5)
  expect(score(load, { load: 2 })).toBe(2)
})

test('round-robin prefers the agent whose last assignment is longest ago', () => {
  expect(score(roundRobin, { turn: 3 })).toBeLessThan(score(roundRobin, { turn: 4 }))
})
