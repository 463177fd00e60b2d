import { expect, test } from 'vitest'
import type { Rank, Rule } from '../../src/routing/contract.ts'
import { RULES } from '../../src/routing/policy.ts'
import { available } from '../../src/routing/rules/available.ts'
import { capacity } from '../../src/routing/rules/capacity.ts'
import { department } from '../../src/routing/rules/department.ts'
import { load } from '../../src/routing/rules/load.ts'
import { roundRobin } from '../../src/routing/rules/round-robin.ts'
import { agent, chat } from '../support/people.ts'
import { ruleContract } from './rules.contract.ts'

const NOW = 1_800_000_000_000
const candidates = [
  { agent: agent(1), capacity: null },
  { agent: agent(2, { departments: [10, 20], load: 3, turn: 7 }), capacity: 3 },
  { agent: agent(3, { isPaused: true, isSetAside: true, load: 900, turn: 1e9 }), capacity: 1 },
]
const contexts = [
  { chat: chat(1), now: NOW },
  { chat: chat(2, 10), now: NOW },
]
for (const rule of RULES) ruleContract(rule, candidates, contexts)

const context = { chat: chat(1, 10), now: NOW }
const keep = (rule: Rule, who: Parameters<typeof agent>[1], limit: number | null = null) =>
  rule.kind === 'filter' ? rule.keep({ agent: agent(1, who), capacity: limit }, context) : null
const score = (rule: Rank, who: Parameters<typeof agent>[1], limit: number | null = null) =>
  rule.score({ agent: agent(1, who), capacity: limit }, context)

test('department keeps members, and everybody where the chat has none', () => {
  expect(keep(department, { departments: [10] })).toBe(true)
  expect(keep(department, { departments: [20] })).toBe('not in department 10')
  expect(department.keep({ agent: agent(1), capacity: null }, contexts[0] ?? context)).toBe(true)
})

test('available keeps those who are not paused', () => {
  expect(keep(available, {})).toBe(true)
  expect(keep(available, { isPaused: true })).toBe('paused')
})

test('capacity keeps those with room', () => {
  expect(keep(capacity, { load: 4 }, 5)).toBe(true)
  expect(keep(capacity, { load: 5 }, 5)).toBe('at capacity (5/5)')
  expect(keep(capacity, { load: 6 }, 5)).toBe('at capacity (6/5)')
  expect(keep(capacity, { load: 999 })).toBe(true)
})

test('load is the share of the capacity, or the number of chats without one', () => {
  expect(score(load, { load: 2 }, 4)).toBe(0.5)
  expect(score(load, { load: 2 })).toBe(2)
})

test('round-robin prefers the longest since their last assignment', () => {
  expect(score(roundRobin, { turn: 3 })).toBeLessThan(score(roundRobin, { turn: 4 }))
})
