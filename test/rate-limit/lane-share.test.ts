import { describe, expect, test } from 'vitest'
import type { LimitKind } from '../../demo/limiter.ts'
import { openLimitedAccount } from '../support/limited-account.ts'

const LIMIT = 120
const MINUTE_MS = 60_000
const MEASURED_MINUTES = 15

/** An endless backlog, beside another program that takes its share all the time, and then stops. */
async function shareWith(kind: LimitKind, share: number, minutesToRecover: number) {
  const account = openLimitedAccount({ kind, holds: LIMIT, latency: [25, 75], seed: 3, limitPerMinute: LIMIT })
  // Not at the beginning of one of the stand-in's minutes.
  account.clock.advance(17_000)
  const stopOther = account.startOther(LIMIT * share)
  await account.clock.pass(2 * MINUTE_MS)
  account.open().startBacklog()
  // The lane has to find out first what the other program leaves.
  await account.clock.pass(2 * MINUTE_MS)
  const ours = { ...account.seen }
  const theirs = account.others.allowed
  await account.clock.pass(MEASURED_MINUTES * MINUTE_MS)
  const allowed = account.seen.allowed - ours.allowed
  const refused = account.seen.refused - ours.refused
  const left = MEASURED_MINUTES * LIMIT - (account.others.allowed - theirs)
  stopOther()
  await account.clock.pass(minutesToRecover * MINUTE_MS)
  const before = account.seen.allowed
  await account.clock.pass(MINUTE_MS)
  return {
    refusedShare: refused / (allowed + refused),
    usedOfLeft: allowed / left,
    minuteAfterwards: account.seen.allowed - before,
  }
}

describe('beside another program few requests are refused, and the rest of the limit is used', () => {
  const kinds: LimitKind[] = ['sliding', 'fixed', 'bucket']
  const cases = kinds.flatMap((kind) => [0, 0.2, 0.4, 0.7].map((share) => [kind, share] as const))
  test.for(cases)('%s window, the other uses %d', async ([kind, share]) => {
    const seen = await shareWith(kind, share, 2)
    expect(seen.refusedShare).toBeLessThan(0.02)
    expect(seen.usedOfLeft).toBeGreaterThan(0.9)
    expect(seen.minuteAfterwards).toBeGreaterThanOrEqual(118)
  })

  // One refusal is the price of trying for more: at 24 requests a minute, "below 2 %" means one try every two minutes.
  test.for<[LimitKind, number]>([
    ['sliding', 0.02],
    ['bucket', 0.025],
    ['fixed', 0.025],
  ])('%s window, the other uses 0.8: up to %d refused', async ([kind, refusedShare]) => {
    const seen = await shareWith(kind, 0.8, 3)
    expect(seen.refusedShare).toBeLessThan(refusedShare)
    expect(seen.usedOfLeft).toBeGreaterThan(0.88)
    expect(seen.minuteAfterwards).toBeGreaterThan(110)
  })
})

test('an account with half the configured limit is used as if another program took the other half', async () => {
  const account = openLimitedAccount({
    kind: 'sliding',
    holds: 60,
    latency: [25, 75],
    seed: 5,
    limitPerMinute: 60,
    toldPerMinute: LIMIT,
  })
  account.open().startBacklog()
  await account.clock.pass(20 * MINUTE_MS)
  expect(account.seen.allowed / (20 * 60)).toBeGreaterThan(0.9)
  expect(account.seen.refused / account.seen.allowed).toBeLessThan(0.025)
})
