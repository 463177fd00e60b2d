import { describe, expect, test } from 'vitest'
import type { AgentId } from '../../src/domain.ts'
import { owedTo, payFor } from '../../src/routing/credits.ts'
import { agentId } from '../support/events.ts'
import { agent, candidate } from '../support/people.ts'

/** Which agents get `count` chats, one after the other, when each chat goes to the agent who is owed most. */
function deal(credits: readonly number[], count: number): number[] {
  const owed = new Map<AgentId, number>(credits.map((credit, index) => [agentId(index + 1), credit]))
  return Array.from({ length: count }, () => {
    const candidates = Array.from(owed, ([id, credit]) => candidate(agent(id, { credit })))
    const now = owedTo(candidates)
    const [chosen] = [...now].toSorted((a, b) => b[1] - a[1])[0] as [AgentId, number]
    for (const { agentId: id, credit } of payFor(chosen, now) ?? []) owed.set(id, credit)
    return chosen
  })
}

const countOf = (given: readonly number[], id: number): number => given.filter((each) => each === id).length

describe('what an agent is owed', () => {
  test('is shared out by weight, one chat at a time', () => {
    const owed = owedTo([candidate(agent(1), null, 3), candidate(agent(2), null, 1)])
    expect([...owed.values()]).toEqual([0.75, 0.25])
    expect(payFor(agentId(1), owed)).toEqual([
      { agentId: 1, credit: -0.25 },
      { agentId: 2, credit: 0.25 },
    ])
  })

  test.for([
    ['is owed forty chats', 40],
    ['owes forty chats', -40],
  ] as const)(
    'an agent who %s by an old record is neither flooded nor left out: all three get their part',
    ([, debt]) => {
      const given = deal([debt, 0, 0], 12)
      for (const id of [1, 2, 3]) {
        expect(countOf(given, id)).toBeGreaterThanOrEqual(2)
        expect(countOf(given, id)).toBeLessThanOrEqual(6)
      }
    },
  )

  test('differs from the mean of the others by one chat at most', () => {
    const owed = [...owedTo([10, -10, 0].map((credit, index) => candidate(agent(index + 1, { credit }))))]
    const third = 1 / 3
    expect(owed.map(([, credit]) => credit)).toEqual([1 + third, -1 + third, third])
  })
})
