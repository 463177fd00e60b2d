import { describe, expect, test } from 'vitest'
import type { LimitKind } from '../../demo/limiter.ts'
import { seededRandom } from '../../demo/random.ts'
import { openLimitedAccount, type Latency } from '../support/limited-account.ts'

const MINUTE_MS = 60_000
const MEASURED_MINUTES = 3
const LIMITS = [60, 120, 600, 1200, 3000, 6000]
const KINDS: readonly { readonly kind: LimitKind; readonly holds: number | 'a minute' }[] = [
  { kind: 'fixed', holds: 'a minute' },
  { kind: 'anchored', holds: 'a minute' },
  { kind: 'sliding', holds: 'a minute' },
  { kind: 'bucket', holds: 1 },
  { kind: 'bucket', holds: 10 },
  { kind: 'bucket', holds: 60 },
  { kind: 'bucket', holds: 'a minute' },
]
const LATENCIES: readonly Latency[] = [
  [0, 0],
  [300, 300],
  [500, 1500],
  [3000, 3000],
  [5000, 5000],
]
/** How often all cases run, with other random numbers: `LANE_SWEEP=3 npx vitest run test/rate-limit/lane-matrix`. */
const SWEEP = Number(process.env.LANE_SWEEP ?? 0)
/** Up to this limit a case takes milliseconds, so all of them always run. */
const CHEAP_LIMIT = 120

interface Case {
  readonly limitPerMinute: number
  readonly kind: LimitKind
  readonly holds: number
  readonly latency: Latency
  readonly isRestarted: boolean
  readonly seed: number
}

const all = LIMITS.flatMap((limitPerMinute, nthLimit) =>
  KINDS.flatMap(({ kind, holds }, nthKind) =>
    LATENCIES.flatMap((latency, nthLatency) =>
      [false, true].flatMap((isRestarted): Case[] => {
        const isPicked = nthLatency === (nthLimit + nthKind) % LATENCIES.length && isRestarted === (nthKind % 2 === 0)
        if (holds !== 'a minute' && holds >= limitPerMinute) return []
        if (SWEEP === 0 && limitPerMinute > CHEAP_LIMIT && !isPicked) return []
        return Array.from({ length: Math.max(1, SWEEP) }, (_, nth) => {
          const seed = 1000 * nthLimit + 100 * nthKind + 10 * nthLatency + 1000 * nth + (isRestarted ? 5 : 0)
          return {
            limitPerMinute,
            kind,
            holds: holds === 'a minute' ? limitPerMinute : holds,
            latency,
            isRestarted,
            seed,
          }
        })
      }),
    ),
  ),
)

/**
 * Whether a bucket is too small for the jitter: requests that left evenly arrive so close together that it refuses
 * some, whatever the lane does. It cannot know how long each is on its way.
 */
function isTooSmall({ limitPerMinute, holds, latency: [leastMs, mostMs] }: Case): boolean {
  const within = (limitPerMinute * (mostMs - leastMs)) / 2 / MINUTE_MS
  return within > 0 && holds < Math.max(2, within)
}

/** A backlog without end for four minutes, with a restart at some moment, most often an early one. */
async function run({ isRestarted, ...options }: Case) {
  const account = openLimitedAccount(options)
  const random = seededRandom(options.seed * 31)
  // Not at the beginning of one of the account's minutes.
  account.clock.advance(random() * MINUTE_MS)
  const restartAt = isRestarted ? random() ** 2 * MEASURED_MINUTES * MINUTE_MS : Infinity
  let lane = account.open()
  lane.startBacklog()
  let passedMs = 0
  async function passUntil(endMs: number): Promise<void> {
    if (passedMs < restartAt && restartAt <= endMs) {
      await account.clock.pass(restartAt - passedMs)
      passedMs = restartAt
      lane.kill()
      lane = account.open()
      lane.startBacklog()
    }
    await account.clock.pass(endMs - passedMs)
    passedMs = endMs
  }
  await passUntil(MINUTE_MS)
  const allowedBefore = account.seen.allowed
  await passUntil((1 + MEASURED_MINUTES) * MINUTE_MS)
  lane.kill()
  const allowed = account.seen.allowed - allowedBefore
  return { refused: account.seen.refused, allowed, used: allowed / (MEASURED_MINUTES * options.limitPerMinute) }
}

describe('at most 20 refusals ever, and 95 % of the budget from the second minute on', () => {
  test.for(all.filter((one) => !isTooSmall(one)))(
    '$limitPerMinute a minute, $kind of $holds, answers after $latency ms, restart: $isRestarted',
    async (one) => {
      const seen = await run(one)
      expect(seen.refused).toBeLessThanOrEqual(20)
      expect(seen.used).toBeGreaterThanOrEqual(0.95)
    },
  )

  test('1200 a minute, a bucket of ten, answers after 0.5 to 1.5 s', async () => {
    for (const seed of [1, 2, 3]) {
      const seen = await run({
        limitPerMinute: 1200,
        kind: 'bucket',
        holds: 10,
        latency: [500, 1500],
        isRestarted: false,
        seed,
      })
      expect(seen.refused).toBeLessThanOrEqual(20)
      expect(seen.used).toBeGreaterThanOrEqual(0.95)
    }
  })
})

describe('a bucket too small for the jitter', () => {
  test.for(all.filter((one) => isTooSmall(one)))(
    '$limitPerMinute a minute, bucket of $holds, answers after $latency ms, restart: $isRestarted: goes on, with few refusals',
    async (one) => {
      const seen = await run(one)
      expect(seen.allowed).toBeGreaterThanOrEqual(10 * MEASURED_MINUTES)
      expect(seen.refused).toBeLessThanOrEqual(one.holds === 1 ? 150 : 60)
    },
  )
})

test('few requests are under way before the first answers, and as many as the limit allows afterwards', async () => {
  const account = openLimitedAccount({
    kind: 'sliding',
    holds: 6000,
    latency: [5000, 5000],
    seed: 1,
    limitPerMinute: 6000,
  })
  account.open().startBacklog()
  await account.clock.pass(4999)
  expect(account.underWay()).toBeLessThanOrEqual(6)
  await account.clock.pass(MINUTE_MS)
  expect(account.underWay()).toBeGreaterThanOrEqual(475)
})

test('after a restart as many requests are under way as in the earlier run', async () => {
  const account = openLimitedAccount({
    kind: 'bucket',
    holds: 60,
    latency: [5000, 5000],
    seed: 1,
    limitPerMinute: 6000,
  })
  const first = account.open()
  first.startBacklog()
  await account.clock.pass(2 * MINUTE_MS)
  const learned = account.learnedBurst()
  first.kill()
  account.open().startBacklog()
  const { allowed, refused } = { ...account.seen }
  await account.clock.pass(30_000)
  expect(account.seen.allowed - allowed).toBeGreaterThanOrEqual(0.95 * 3000)
  expect(account.seen.refused).toBe(refused)
  expect(account.learnedBurst()).toBe(learned)
})
