import { describe, expect, test } from 'vitest'
import type { Agent } from '../../src/domain.ts'
import type { Policy } from '../../src/routing/contract.ts'
import type { RoutingFile } from '../../src/routing/file-schema.ts'
import { createPolicy } from '../../src/routing/policy.ts'
import { route } from '../../src/routing/route.ts'
import { agent, chat, NOW, policyOf, situation } from '../support/people.ts'

const decide = (policy: Policy, agents: readonly Agent[], department: number | null = null) =>
  route(policy, situation({ chat: chat(1, department), agents }))

describe('a decision', () => {
  test('has for every rule the agents that it kept, those that it dropped and why, and the numbers', () => {
    const team = [
      agent(1, { departments: [10], load: 5 }),
      agent(2, { departments: [10], load: 1, turn: 9 }),
      agent(3, { departments: [10], load: 1, turn: 4 }),
      agent(4),
      agent(5, { departments: [10], pausedUntil: Infinity }),
    ]
    expect(decide(policyOf('department,available,capacity,load,round-robin', 5), team, 10)).toEqual({
      chatId: 1,
      decidedAt: NOW,
      policy: 'department,available,capacity,load,round-robin;capacity=5',
      steps: [
        { rule: 'department', kept: [1, 2, 3, 5], dropped: [{ reason: 'not in department 10', agentIds: [4] }] },
        { rule: 'available', kept: [1, 2, 3], dropped: [{ reason: 'paused', agentIds: [5] }] },
        { rule: 'capacity', kept: [2, 3], dropped: [{ reason: 'at capacity (5/5)', agentIds: [1] }] },
        {
          rule: 'load',
          kept: [2, 3],
          scores: [
            { agentId: 2, score: 0.2 },
            { agentId: 3, score: 0.2 },
          ],
        },
        {
          rule: 'round-robin',
          kept: [3],
          scores: [
            { agentId: 2, score: 9 },
            { agentId: 3, score: 4 },
          ],
        },
      ],
      agentId: 3,
      summary:
        'Agent 3 (3): department left 4 of 5, available left 3 of 4, capacity left 2 of 3, round-robin left 1 of 2 (lowest: 4)',
      known: { departmentId: 10, labels: [], waitedMs: 0 },
      lookAgainAt: null,
      isThisChat: false,
      isLeft: false,
      asks: null,
      credits: null,
    })
  })

  test('without an agent says which agents were dropped last, and by which rule', () => {
    const team = [agent(1, { load: 2 }), agent(2, { load: 3 }), agent(3, { pausedUntil: Infinity })]
    const decision = decide(policyOf('available,capacity,load', 2), team)
    expect(decision.agentId).toBeNull()
    expect(decision.steps.map(({ rule }) => rule)).toEqual(['available', 'capacity'])
    expect(decision.summary).toBe(
      'no agent: capacity dropped the last 2 of 3: 1× at capacity (2/2), 1× at capacity (3/2)',
    )
  })

  test('says so where no agents are known', () => {
    expect(decide(policyOf('load'), [])).toMatchObject({ agentId: null, summary: 'no agent: none are known' })
  })

  test('goes to the lowest id where all else is equal', () => {
    expect(decide(policyOf('load'), [agent(9), agent(3), agent(5)]).agentId).toBe(3)
  })

  test('passes over a preference that would leave no agent, and says so', () => {
    const decision = decide(policyOf('available?,load'), [agent(1, { pausedUntil: Infinity })])
    expect(decision).toMatchObject({
      agentId: 1,
      steps: [{ rule: 'available', isPassedOver: true }, { rule: 'load' }],
      summary: 'Agent 1 (1): available passed over, since it would have left no agent, the only agent',
    })
  })

  test('never names an agent that HelpCrunch refuses, whatever the policy', () => {
    const decision = decide(policyOf('load'), [agent(1, { isSetAside: true })])
    expect(decision.agentId).toBeNull()
    expect(decision.summary).toContain('refused by HelpCrunch')
  })
})

describe('fairness', () => {
  /** Assigns `count` chats one after the other, as the store would count them. */
  function assign(rules: string, team: Agent[], departments: readonly (number | null)[], count: number): number[] {
    const policy = policyOf(rules)
    let lastTurn = Math.max(...team.map(({ turn }) => turn))
    return Array.from({ length: count }, (_, index) => {
      const { agentId } = decide(policy, team, departments[index % departments.length] ?? null)
      const at = team.findIndex(({ id }) => id === agentId)
      const chosen = team[at]
      if (chosen === undefined) throw new Error('no agent')
      lastTurn += 1
      team[at] = { ...chosen, load: chosen.load + 1, turn: lastTurn }
      return chosen.id
    })
  }

  test('round-robin shares stay within one over any window', () => {
    const given = assign(
      'round-robin',
      [1, 2, 3, 4, 5].map((id) => agent(id)),
      [null],
      500,
    )
    for (let length = 1; length <= 50; length += 1) {
      for (let start = 0; start + length <= given.length; start += 7) {
        const shares = [1, 2, 3, 4, 5].map(
          (id) => given.slice(start, start + length).filter((each) => each === id).length,
        )
        expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(1)
      }
    }
  })

  test('two departments that take turns do not spoil each other’s rotation', () => {
    const team = [1, 2, 3, 4].map((id) => agent(id, { departments: id <= 2 ? [10] : [20] }))
    const given = assign('department,round-robin', team, [10, 20], 400)
    expect([1, 2, 3, 4].map((id) => given.filter((each) => each === id).length)).toEqual([100, 100, 100, 100])
  })

  test('at very low traffic, where every load is 0, load with round-robin gives equal shares', () => {
    const team = [1, 2, 3, 4, 5].map((id) => agent(id))
    const policy = policyOf('load,round-robin')
    const shares = new Map<number, number>()
    for (let turn = 1; turn <= 100; turn += 1) {
      const { agentId } = decide(policy, team)
      const at = team.findIndex(({ id }) => id === agentId)
      team[at] = { ...(team[at] as Agent), turn }
      shares.set(agentId ?? 0, (shares.get(agentId ?? 0) ?? 0) + 1)
    }
    expect([...shares.values()]).toEqual([20, 20, 20, 20, 20])
  })
})

test('a preference among ranks is refused, and so are blanks', () => {
  expect(createPolicy({ rules: 'load?', agentCapacity: null })).toMatch(/only a filter can be a preference/)
  expect(createPolicy({ rules: 'load,,round-robin', agentCapacity: null })).toMatch(/^"" is not a rule; known rules: /)
})

describe('a filter after a rank is refused, since chats would wait although others are free', () => {
  test.for(['load,department', 'department,load,capacity,round-robin', 'external,sticky'])('%s', (rules) => {
    expect(createPolicy({ rules, agentCapacity: null })).toMatch(/stands after ".*put \S+ before/)
  })

  test('but a preference is not: where it would leave no agent, it keeps them all', () => {
    expect(createPolicy({ rules: 'department,load,present?', agentCapacity: null })).toBeTypeOf('object')
  })
})

describe('an agent gets no chat under any policy', () => {
  const agents = [agent(1, { name: 'HelpBot' }), agent(2), agent(3)]
  const chosenBy = (rules: string, file: RoutingFile) => route(policyOf(rules, null, file), situation({ agents }))

  test.for<[string, RoutingFile]>([
    ['a capacity of 0', { agents: { 2: { capacity: 0 } } }],
    ['a weight of 0', { agents: { 2: { weight: 0 } } }],
    ['an entry among the bots', { bots: [2] }],
    ['a capacity of 0 where a chat takes nothing', { agents: { 2: { capacity: 0 } }, channels: { chat: 0 } }],
    ['a capacity of 0 that is the default', { capacity: 0, agents: { 3: { capacity: 1 } } }],
  ])('with %s', ([, file]) => {
    for (const rules of ['round-robin', 'available,capacity,load', 'available,share'])
      expect(chosenBy(rules, file).agentId).toBe(3)
  })

  test('and the decision says why', () => {
    const { steps, summary } = chosenBy('load', { agents: { 2: { weight: 0 }, 3: { capacity: 0 } } })
    expect(steps.map(({ rule, dropped }) => [rule, dropped])).toEqual([
      ['person', [{ reason: 'a bot', agentIds: [1] }]],
      ['not taken out', [{ reason: 'gets no chats: capacity or weight 0 in the routing file', agentIds: [2, 3] }]],
    ])
    expect(summary).toBe(
      'no agent: not taken out dropped the last 2 of 3: 2× gets no chats: capacity or weight 0 in the routing file',
    )
  })

  test('and does not count as being there, so that other agents are let in', () => {
    const members = [agent(1, { departments: [10] }), agent(2, { departments: [10], name: 'HelpBot' }), agent(3)]
    const file: RoutingFile = { agents: { 1: { capacity: 0 } }, departments: { 10: { whenNobody: { agent: 3 } } } }
    expect(route(policyOf(null, null, file), situation({ chat: chat(1, 10), agents: members })).agentId).toBe(3)
  })
})
