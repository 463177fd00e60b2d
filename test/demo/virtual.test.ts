import { describe, expect, test } from 'vitest'
import { POLICIES } from '../../demo/virtual/policies.ts'
import { faultsOf } from '../../demo/virtual/summary.ts'
import { runWeek } from '../../demo/virtual/week.ts'

const MONDAY = { days: 1, seed: 5, chatsPerDay: 120 }
const TIMEOUT_MS = 60_000

describe('a virtual day', { timeout: TIMEOUT_MS }, () => {
  test.for(POLICIES)('under $name: each chat has an agent, no agent too many chats, and it repeats', async (policy) => {
    const summary = await runWeek(policy, MONDAY)
    expect(summary.chats).toBeGreaterThan(60)
    expect(summary).toMatchObject({ assigned: summary.chats, unassigned: 0, exceeded: 0, neglected: [], errors: 0 })
    expect(summary.requests.refused).toBe(0)
    expect(faultsOf(summary)).toEqual([])
    expect(await runWeek(policy, MONDAY)).toEqual(summary)
  })

  test('each broken promise is a fault', async () => {
    const [policy] = POLICIES
    if (policy === undefined) throw new Error('no policies')
    const summary = await runWeek(policy, { ...MONDAY, days: 0.1 })
    const requests = { used: 9, refused: 1 }
    expect(faultsOf({ ...summary, exceeded: 2, neglected: [1001], errors: 3, requests })).toEqual([
      'chats 1001 had nobody although somebody was eligible',
      '2 chats were sent to an agent who was full',
      '1 requests were refused for the limit',
      'the service logged 3 errors',
    ])
  })
})
