import { describe, expect, test } from 'vitest'
import type { Candidate, Rule, RuleContext } from '../../src/routing/contract.ts'

function isVerdict(answer: unknown): boolean {
  const reason = typeof answer === 'object' && answer !== null && 'reason' in answer ? answer.reason : answer
  return answer === true || (typeof reason === 'string' && /^\S.{2,99}$/.test(reason))
}

/** What every rule has to be: pure, total and readable. */
export function ruleContract(rule: Rule, candidates: readonly Candidate[], contexts: readonly RuleContext[]): void {
  const cases = candidates.flatMap((candidate) => contexts.map((context) => ({ candidate, context })))
  const ask = ({ candidate, context }: (typeof cases)[number]) =>
    rule.kind === 'filter' ? rule.keep(candidate, context) : rule.score(candidate, context)

  describe(`the rule ${rule.name}`, () => {
    test('has a name that ROUTING_RULES can hold', () => {
      expect(rule.name).toMatch(/^[a-z][a-z-]*[a-z]$/)
    })

    test('answers every candidate in every situation: a filter true or a reason, a rank a finite number', () => {
      for (const each of cases) {
        expect(ask(each)).toSatisfy(rule.kind === 'rank' ? Number.isFinite : isVerdict)
      }
    })

    test('gives the same answer when asked again, and changes nothing', () => {
      const before = JSON.stringify(cases)
      expect(cases.map(ask)).toEqual(cases.map(ask))
      expect(JSON.stringify(cases)).toBe(before)
    })
  })
}
