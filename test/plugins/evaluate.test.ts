import { expect, test } from 'vitest'
import { evaluate } from '../../src/plugins/evaluate.ts'
import { defineFilter, defineRank, type RuleContext } from '../../src/routing/contract.ts'
import { questionOf } from '../../src/routing/plugin-question.ts'
import { createSettings } from '../../src/routing/settings.ts'
import { agent, candidate, context, NOW } from '../support/people.ts'
import { agentId } from '../support/events.ts'

const CANDIDATES = [candidate(agent(1)), candidate(agent(2, { load: 1 }))]
const SETTINGS = createSettings({}, 5)
const ask = (...rules: Parameters<typeof evaluate>[0]) => {
  const question = questionOf(context(), CANDIDATES)
  return evaluate(rules, JSON.parse(JSON.stringify(question)) as typeof question, SETTINGS)
}
const keep = (answer: unknown) => defineFilter({ name: 'mine', keep: () => answer as true })

test('a filter’s verdicts and a rank’s numbers come in the order of the candidates', () => {
  const busy = defineFilter({ name: 'busy', keep: ({ agent: { load } }) => (load > 0 ? 'busy' : true) })
  const byId = defineRank({ name: 'by-id', score: ({ agent: { id } }) => id })
  expect(ask(busy, byId)).toEqual([
    { rule: 'busy', verdicts: [true, { reason: 'busy', until: null }] },
    { rule: 'by-id', scores: [1, 2] },
  ])
})

test('a rule sees what the contract of rules promises, though it came as data', () => {
  let seen: RuleContext | null = null
  const look = defineFilter({
    name: 'look',
    keep(_candidate, given) {
      seen = given
      return true
    },
  })
  ask(look)
  expect(seen).toMatchObject({ now: NOW, waitingSince: NOW, advice: [], lastAgent: null, owed: new Map() })
  const { isCandidate, reach, settings } = seen as unknown as RuleContext
  expect([1, 2, 3].map((id) => isCandidate(agentId(id)))).toEqual([true, true, false])
  expect(reach.agentIds).toEqual(new Set())
  expect(settings.capacityOf(agentId(1), null)).toBe(5)
})

test.for<[string, unknown, unknown]>([
  ['true', true, true],
  ['a reason', 'lunch', { reason: 'lunch', until: null }],
  ['a reason and a time', { reason: 'lunch', until: 5 }, { reason: 'lunch', until: 5 }],
  ['no time', { reason: 'lunch' }, { reason: 'lunch', until: null }],
  ['never', { reason: 'lunch', until: Infinity }, { reason: 'lunch', until: null }],
  ['this chat', { reason: 'x', until: null, isThisChat: true }, { reason: 'x', until: null, isThisChat: true }],
  ['a very long reason', 'x'.repeat(1000), { reason: 'x'.repeat(200), until: null }],
])('%s is a verdict', ([, given, verdict]) => {
  expect(ask(keep(given))).toEqual([{ rule: 'mine', verdicts: [verdict, verdict] }])
})

test.for<[unknown, string]>([
  [undefined, 'gave neither true nor a reason'],
  [false, 'gave neither true nor a reason'],
  [{ until: 5 }, 'gave neither true nor a reason'],
  [{ reason: 'x', until: 'noon' }, 'gave an "until" that is no time'],
  [{ reason: 'x', until: NaN }, 'gave an "until" that is no time'],
])('%j is no answer: the rule is skipped', ([given, skipped]) => {
  expect(ask(keep(given))).toEqual([{ rule: 'mine', skipped }])
})

test('a rule that throws is skipped, and the next one is still asked', () => {
  const broken = defineFilter({
    name: 'broken',
    keep() {
      throw new Error('oh no')
    },
  })
  expect(ask(broken, keep(true))).toEqual([
    { rule: 'broken', skipped: 'oh no' },
    { rule: 'mine', verdicts: [true, true] },
  ])
})

test('a rule that is asynchronous is skipped, and its rejection does not end the process', () => {
  expect(ask(keep(Promise.reject(new Error('later'))))).toEqual([
    { rule: 'mine', skipped: 'is asynchronous: a rule has to answer at once' },
  ])
})

test.for([NaN, Infinity, '5', undefined])('a rank that gives %j is skipped', (given) => {
  expect(ask(defineRank({ name: 'mine', score: () => given as number }))).toEqual([
    { rule: 'mine', skipped: 'gave something that is no number' },
  ])
})
