import { describe, expect, test } from 'vitest'
import { createRulesInForce } from '../../src/app/rules-in-force.ts'
import type { RoutingFile } from '../../src/routing/file-schema.ts'
import type { AgentRow } from '../../src/store/reports/contract.ts'
import { policyOf } from '../support/people.ts'
import { at } from '../support/shifts.ts'

const NOON = at('2026-06-01T12:00')
const FILE: RoutingFile = {
  bots: ['Robo'],
  capacity: 2,
  departments: { 20: { capacity: 4 } },
  agents: { 5: { weight: 0 } },
  shift: 'office',
  shifts: { office: { zone: 'Europe/Kyiv', hours: [{ days: ['mon'], from: '09:00', to: '17:00' }] } },
}

function rulesOf(file: RoutingFile) {
  const policy = policyOf(null, null, file)
  const policies = {
    current: () => policy,
    isReadable: () => true,
    refusal: () => null,
    tryText: () => Promise.resolve('not asked for'),
  }
  return createRulesInForce({
    policies: policies as unknown as Parameters<typeof createRulesInForce>[0]['policies'],
    listAgents: () => Promise.resolve([]),
    listDepartments: () => Promise.resolve([]),
    now: () => NOON,
  })
}

function agentRow(changes: Partial<AgentRow> = {}): AgentRow {
  return {
    agentId: 1,
    agentName: 'Ann',
    departments: [],
    load: 0,
    pausedUntil: null,
    isSetAside: false,
    missedInRow: 0,
    allowanceLeft: null,
    allowanceUntil: null,
    lastActiveAt: null,
    givenToday: 0,
    unansweredSince: null,
    ...changes,
  }
}

describe('the state of an agent', () => {
  test.for([
    [
      'is available with room, until the shift ends',
      {},
      { state: 'available', until: at('2026-06-01T17:00'), capacity: 2 },
    ],
    ['is full without room, for no fixed time', { load: 2 }, { state: 'full', until: null, capacity: 2 }],
    [
      'is available with room in the department where the capacity is largest',
      { load: 2, departments: [{ id: 20, name: 'Sales' }] },
      { state: 'available', until: at('2026-06-01T17:00'), capacity: 4 },
    ],
    ['is without chats for a bot', { agentName: 'Robo' }, { state: 'gets no chats', until: null }],
    [
      'is at the day’s limit after the chats that an operator allows',
      { allowanceLeft: 0, allowanceUntil: NOON + 1 },
      { state: 'day limit', until: NOON + 1 },
    ],
    ['is without chats for an agent of weight 0', { agentId: 5 }, { state: 'gets no chats', until: null }],
  ] as const)('%s', ([, changes, status]) => {
    const row = agentRow(changes as Partial<AgentRow>)
    expect(rulesOf(FILE).statusOf(row, NOON)).toMatchObject(status)
    expect(rulesOf(FILE).getsChats(row)).toBe(status.state !== 'gets no chats')
  })
})

test('the working time between two moments is the hours of the shift, or all of it without a shift', () => {
  const week = [at('2026-06-01T00:00'), at('2026-06-08T00:00')] as const
  expect(rulesOf(FILE).workingMs(1, ...week)).toBe(8 * 3_600_000)
  expect(rulesOf({}).workingMs(1, ...week)).toBe(week[1] - week[0])
})
