import { ruleContract } from 'helpcrunch-autoassign/rules/contract-suite'
import { agent, candidate, context } from 'helpcrunch-autoassign/rules/samples'
import { expect, test } from 'vitest'
import { trainee } from './trainee.ts'

ruleContract(
  trainee,
  [candidate(agent(7)), candidate(agent(7, { load: 1 })), candidate(agent(1, { load: 9 }))],
  [context()],
)

test('a trainee gets a second chat only when the first is over', () => {
  const keep = (id: number, load: number) =>
    trainee.kind === 'filter' && trainee.keep(candidate(agent(id, { load })), context())
  expect(keep(7, 0)).toBe(true)
  expect(keep(7, 1)).toBe('trainee with a chat already')
  expect(keep(1, 5)).toBe(true)
})
