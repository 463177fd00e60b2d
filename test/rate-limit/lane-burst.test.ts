import { describe, expect, test } from 'vitest'
import type { LimitKind } from '../../demo/limiter.ts'
import { openLimitedAccount } from '../support/limited-account.ts'

const LIMIT = 120
const DAY_MS = 86_400_000

describe('an account whose bucket holds only ten', () => {
  test.for([0, 50, 300])('is used to 95 % and more after a few refusals, at %i ms of latency', async (latencyMs) => {
    const account = openLimitedAccount({
      kind: 'bucket',
      holds: 10,
      latency: [latencyMs / 2, latencyMs * 1.5],
      seed: 1,
      limitPerMinute: LIMIT,
    })
    const lane = account.open()
    for (let i = 0; i < 900; i += 1) void lane.send()
    await account.clock.pass(5 * 60_000)
    expect(account.seen.refused).toBeLessThanOrEqual(20)
    expect(account.seen.allowed / (5 * LIMIT)).toBeGreaterThanOrEqual(0.95)
    expect(account.learnedBurst()).toBeGreaterThanOrEqual(6)
    expect(account.learnedBurst()).toBeLessThanOrEqual(10)
  })

  test('is not asked for more after a restart', async () => {
    const account = openLimitedAccount({ kind: 'bucket', holds: 10, latency: [25, 75], seed: 2, limitPerMinute: LIMIT })
    const first = account.open()
    for (let i = 0; i < 40; i += 1) void first.send()
    await account.clock.pass(60_000)
    const { refused } = account.seen
    const second = account.open()
    for (let i = 0; i < 40; i += 1) void second.send()
    await account.clock.pass(60_000)
    expect(refused).toBeGreaterThan(0)
    // A refused request is not sent again in this test.
    expect(account.seen).toEqual({ allowed: 80 - refused, refused })
  })

  test('is asked for a larger burst only once a day', async () => {
    const account = openLimitedAccount({ kind: 'bucket', holds: 10, latency: [25, 75], seed: 3, limitPerMinute: LIMIT })
    const lane = account.open()
    for (let i = 0; i < 40; i += 1) void lane.send()
    await account.clock.pass(60_000)
    const before = account.learnedBurst() ?? 0
    account.clock.set(account.clock.now() + DAY_MS)
    void lane.send()
    await account.clock.pass(1000)
    expect(account.learnedBurst()).toBe(before * 2)
  })
})

test.for<LimitKind>(['fixed', 'sliding', 'bucket'])(
  'ten requests leave at once where the limit is a %s of a whole minute',
  async (kind) => {
    const account = openLimitedAccount({ kind, holds: LIMIT, latency: [25, 75], seed: 4, limitPerMinute: LIMIT })
    const lane = account.open()
    for (let i = 0; i < 10; i += 1) void lane.send()
    await account.clock.pass(300)
    expect(account.seen).toEqual({ allowed: 10, refused: 0 })
    expect(account.learnedBurst()).toBeNull()
  },
)
