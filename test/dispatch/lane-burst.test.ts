import { pino } from 'pino'
import { describe, expect, test } from 'vitest'
import { createLimiter, type LimitKind } from '../../src/demo/limiter.ts'
import { seededRandom } from '../../src/demo/random.ts'
import { openLane } from '../../src/dispatch/lane.ts'
import type { LearnedBurst, Outcome } from '../../src/domain.ts'
import { createManualClock } from '../support/manual-clock.ts'

const LIMIT = 120
const STEP_MS = 10
const DAY_MS = 86_400_000

/** An account with its limiter; the lane in front of it can be opened again and again, as after a restart. */
function openAccount(kind: LimitKind, holds: number, latencyMs: number, seed: number) {
  const clock = createManualClock()
  const random = seededRandom(seed)
  const limiter = createLimiter(kind, LIMIT, clock, holds)
  const seen = { allowed: 0, refused: 0 }
  let learned: LearnedBurst | null = null
  const wait = (ms: number) => new Promise<void>((resolve) => void clock.after(ms, resolve))

  async function call(): Promise<Outcome<null>> {
    const half = () => wait((latencyMs / 2) * (0.5 + random()))
    await half()
    const isAllowed = limiter.take() === 0
    seen[isAllowed ? 'allowed' : 'refused'] += 1
    await half()
    return isAllowed ? { kind: 'ok', body: null, answeredAt: 0 } : { kind: 'limited', retryAfterMs: null }
  }

  function open() {
    const lane = openLane({
      limitPerMinute: LIMIT,
      sentAgoMs: [],
      learned,
      saveLearned: async (next) => void (learned = next),
      probe: call,
      recordRequest: async () => undefined,
      clock,
      random,
      logger: pino({ level: 'silent' }),
      meter: { webhook: () => undefined, request: () => undefined, settled: () => undefined },
    })
    return { send: () => lane.request('assignment', call) }
  }

  async function pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += STEP_MS) {
      clock.advance(STEP_MS)
      await new Promise<void>((resolve) => void setImmediate(resolve))
    }
  }

  return { clock, seen, open, pass, learnedBurst: () => learned?.burst ?? null }
}

describe('an account whose bucket holds only ten', () => {
  test.for([0, 50, 300])('is used to 95 % and more after a few refusals, at %i ms of latency', async (latencyMs) => {
    const account = openAccount('bucket', 10, latencyMs, 1)
    const lane = account.open()
    for (let i = 0; i < 900; i += 1) void lane.send()
    await account.pass(5 * 60_000)
    expect(account.seen.refused).toBeLessThanOrEqual(20)
    expect(account.seen.allowed / (5 * LIMIT)).toBeGreaterThanOrEqual(0.95)
    expect(account.learnedBurst()).toBeGreaterThanOrEqual(6)
    expect(account.learnedBurst()).toBeLessThanOrEqual(10)
  })

  test('is not asked for more after a restart', async () => {
    const account = openAccount('bucket', 10, 50, 2)
    const first = account.open()
    for (let i = 0; i < 40; i += 1) void first.send()
    await account.pass(60_000)
    const { refused } = account.seen
    const second = account.open()
    for (let i = 0; i < 40; i += 1) void second.send()
    await account.pass(60_000)
    expect(refused).toBeGreaterThan(0)
    // Whoever was refused is not sent again in this test.
    expect(account.seen).toEqual({ allowed: 80 - refused, refused })
  })

  test('is asked for a larger burst only once a day', async () => {
    const account = openAccount('bucket', 10, 50, 3)
    const lane = account.open()
    for (let i = 0; i < 40; i += 1) void lane.send()
    await account.pass(60_000)
    const before = account.learnedBurst() ?? 0
    account.clock.set(account.clock.now() + DAY_MS)
    void lane.send()
    await account.pass(1000)
    expect(account.learnedBurst()).toBe(before * 2)
  })
})

test.for<LimitKind>(['fixed', 'sliding', 'bucket'])(
  'an account with a %s of a whole minute takes ten customers at once, at once',
  async (kind) => {
    const account = openAccount(kind, LIMIT, 50, 4)
    const lane = account.open()
    for (let i = 0; i < 10; i += 1) void lane.send()
    await account.pass(300)
    expect(account.seen).toEqual({ allowed: 10, refused: 0 })
    expect(account.learnedBurst()).toBeNull()
  },
)
