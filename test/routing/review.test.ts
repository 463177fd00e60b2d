import { describe, expect, test } from 'vitest'
import { defineFilter, defineRank, type Filter } from '../../src/routing/contract.ts'
import type { RoutingFile } from '../../src/routing/file-schema.ts'
import { createPolicy } from '../../src/routing/policy.ts'
import { probeRule } from '../../src/routing/probe-rule.ts'
import { reviewFile, reviewRoster } from '../../src/routing/review.ts'
import { createSettings } from '../../src/routing/settings.ts'
import { agent, policyOf } from '../support/people.ts'
import { agentId, departmentId } from '../support/events.ts'

/** Monday, 23 November 2026, 12:00 in Kyiv. */
const NOON = Date.UTC(2026, 10, 23, 10)
const TEAM = [agent(1, { departments: [10] }), agent(2, { departments: [10] }), agent(3)]
const SALES = { id: departmentId(10), name: 'Sales', agentIds: [1, 2].map(agentId) }
const OFFICE: RoutingFile = {
  shift: 'office',
  shifts: {
    office: { zone: 'Europe/Kyiv', hours: [{ days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '09:00', to: '18:00' }] },
    around: {
      zone: 'UTC',
      hours: [{ days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], from: '00:00', to: '24:00' }],
    },
  },
}

const reviewWith = (file: RoutingFile, departments = [SALES]) =>
  reviewRoster(policyOf(null, null, file), TEAM, departments, NOON)

describe('agents and departments', () => {
  test('that HelpCrunch does not have are reported', () => {
    expect(
      reviewWith({
        agents: { 9: { weight: 2 } },
        departments: {
          20: { whenNobody: { agent: 8 } },
          none: { whenNobody: { department: 7 }, overflow: [{ to: 6 }] },
        },
        labels: { a: { tags: ['a'] } },
        needs: [{ label: 'a', skill: 'magic' }],
      }),
    ).toEqual([
      'agents.9: HelpCrunch has no such agent',
      'departments.20: HelpCrunch has no such department',
      'departments.20: HelpCrunch has no agent 8',
      'departments.none: HelpCrunch has no department 6',
      'departments.none: HelpCrunch has no department 7',
      'needs: no agent has the skill magic',
    ])
  })

  test('under another name are reported with both names', () => {
    expect(
      reviewWith({ agents: { 1: { name: 'Ann' }, 2: { name: 'Agent 2' } }, departments: { 10: { name: 'Support' } } }),
    ).toEqual([
      'agents.1.name: "Ann", but HelpCrunch has "Agent 1" under this id',
      'departments.10.name: "Support", but HelpCrunch has "Sales" under this id',
    ])
  })

  test('that get no chats are reported', () => {
    expect(reviewWith({ agents: { 1: { weight: 0 }, 2: { capacity: 0 } }, bots: [3] })).toEqual([
      'no agent gets chats: all are bots, or have a capacity or weight of 0',
      'department Sales (10): none of its agents gets chats',
    ])
    expect(reviewWith({}, [{ ...SALES, agentIds: [] }])).toEqual(['department Sales (10): it has no agents'])
  })
})

describe('hours without staff', () => {
  test('are all reported, in the team’s zone', () => {
    expect(reviewWith(OFFICE)).toEqual([
      'department Sales (10): no agent is on shift Mon 23 Nov 18:00 to Tue 24 Nov 09:00, Tue 24 Nov 18:00 to Wed 25 Nov 09:00, Wed 25 Nov 18:00 to Thu 26 Nov 09:00, Thu 26 Nov 18:00 to Fri 27 Nov 09:00, Fri 27 Nov 18:00 to Mon 30 Nov 09:00 (Europe/Kyiv); its chats wait then: say whenNobody: wait where that is meant',
    ])
  })

  test('begin and end with the minute, also where one agent’s leave makes them', () => {
    const leave = [{ from: '2026-11-25', to: '2026-11-25' }]
    const file: RoutingFile = { ...OFFICE, agents: { 1: { shift: 'around', leave }, 2: { weight: 0 } } }
    expect(reviewWith(file)).toEqual([
      expect.stringContaining('on shift Wed 25 Nov 00:00 to Thu 26 Nov 00:00 (UTC); its'),
    ])
  })

  test.for<[string, RoutingFile]>([
    ['another shift covers them', { ...OFFICE, agents: { 1: { shift: 'around' } } }],
    ['the file says what happens then', { ...OFFICE, departments: { 10: { whenNobody: 'wait' } } }],
    [
      'the overflow reaches agents who are there',
      {
        ...OFFICE,
        agents: { 3: { shift: 'around' } },
        departments: { 10: { overflow: [{ to: 'own', seconds: 60 }, { to: 'anybody' }] } },
      },
    ],
    ['all agents always work', {}],
  ])('are none where %s', ([, file]) => {
    expect(reviewWith(file)).toEqual([])
  })

  test('are not covered by agents who get no chats', () => {
    expect(reviewWith({ ...OFFICE, agents: { 1: { shift: 'around', capacity: 0 } } })).toHaveLength(1)
    expect(reviewWith({ ...OFFICE, agents: { 1: { shift: 'around' } }, bots: [1] })).toHaveLength(1)
  })
})

describe('a label that no chat can have is reported', () => {
  const reviewLabel = (label: NonNullable<RoutingFile['labels']>[string]) =>
    reviewFile(policyOf(null, null, { labels: { it: label } }))

  test.for<[NonNullable<RoutingFile['labels']>[string], string]>([
    [{ language: ['french'] }, 'language: "french" is no code of a language, such as fr or fr-CA'],
    [{ country: ['Ukraine'] }, 'country: "Ukraine" is no code of two letters, such as UA'],
    [{ page: ['?plan=pro'] }, 'page: a query (?) or fragment (#) of an address is not read'],
    [{ tags: [] }, 'tags: has no values'],
    [{ attributes: { plan: [] } }, 'attributes.plan: has no values'],
    [{ attributes: { mrr: { above: 5, below: 5 } } }, 'attributes.mrr: no value is in this range'],
    [{ customerSince: { from: '2026-02-01', to: '2026-01-01' } }, 'customerSince: no day is in this range'],
  ])('%j', ([label, problem]) => {
    expect(reviewLabel(label)).toEqual([`labels.it.${problem}, so no chat gets this label`])
  })

  test('and one that a chat can have is not', () => {
    expect(reviewLabel({ language: ['french', 'fr-CA'], country: ['ua'], page: ['/a'], tags: ['x'] })).toEqual([])
    expect(reviewLabel({ attributes: { mrr: { atLeast: 5, atMost: 5 } } })).toEqual([])
  })
})

describe('the rules', () => {
  test.for<[string, string | null, RoutingFile, string[]]>([
    ['in their usual order', null, { hereMinutes: 60, sticky: {}, guard: { chats: 1, minutes: 5 } }, []],
    ['without what they look at', 'department,guard', {}, ['the rule guard never matters: there are no guard']],
    [
      'without one for a setting',
      'department',
      { hereMinutes: 60 },
      ['hereMinutes: never looked at, since the rule present is not among the rules'],
    ],
    [
      'with a preference before a filter',
      'present?,department',
      { hereMinutes: 60 },
      [
        'present? stands before department: that may drop all agents that present preferred, and the chat waits although others are free',
      ],
    ],
    [
      'that name a capacity which is not set',
      null,
      { rules: 'capacity' },
      ['the rule capacity never matters: no agent has a capacity; set AGENT_CAPACITY, or capacity in the routing file'],
    ],
    ['that name a capacity which is set', null, { rules: 'capacity', departments: { 10: { capacity: 1 } } }, []],
  ])('%s', ([, rules, file, findings]) => {
    expect(reviewFile(policyOf(rules, null, file))).toEqual(findings)
  })
})

describe('a rule of a plug-in', () => {
  const keeping = (keep: (candidate: never, context: never) => unknown) =>
    defineFilter({ name: 'mine', keep: keep as Filter['keep'] })
  const settings = createSettings({ labels: { x: { text: ['x'] } } }, null)

  test('that reads unknown fields of chats or agents is reported, even if it does not fail', () => {
    expect(
      probeRule(
        keeping((_, { chat }: never) => (chat as { tags?: string }).tags === 'x' || 'no'),
        settings,
      ),
    ).toEqual(['the rule mine reads chat.tags, which is never there'])
    const failing = keeping((_, { chat }: never) => (chat as { tags: string[] }).tags.includes('x') || 'no')
    expect(probeRule(failing, settings)).toEqual([
      'the rule mine reads chat.tags, which is never there',
      "the rule mine fails: Cannot read properties of undefined (reading 'includes')",
    ])
    expect(
      probeRule(
        keeping(({ agent: it }: never) => (it as { open?: number }).open === 1 || 'no'),
        settings,
      ),
    ).toEqual(['the rule mine reads agent.open, which is never there'])
  })

  test('that gives no answer is reported', () => {
    expect(
      probeRule(
        keeping(() => false),
        settings,
      ),
    ).toEqual(['the rule mine gives neither true nor a reason'])
    expect(probeRule(defineRank({ name: 'mine', score: () => Number.NaN }), settings)).toEqual([
      'the rule mine gives something that is no number',
    ])
  })

  test('that reads known fields is not reported, and the built-in rules are not tried', () => {
    const mine = defineFilter({
      name: 'mine',
      keep: ({ agent: it, capacity, weight }, { chat, lastAgent, isCandidate, reach, settings: { needs } }) =>
        it.load + weight < (capacity ?? 9) && !chat.labels.includes('x') && reach.nextAt === null && isCandidate(it.id)
          ? true
          : { reason: `${lastAgent?.isPresent} ${needs.length}`, until: null },
    })
    expect(probeRule(mine, settings)).toEqual([])
    const policy = createPolicy({ rules: 'department,mine,load', agentCapacity: null, plugins: [mine] })
    expect(typeof policy === 'string' ? policy : reviewFile(policy)).toEqual([])
  })
})
