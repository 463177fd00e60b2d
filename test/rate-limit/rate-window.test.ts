import { describe, expect, test } from 'vitest'
import { createLimiter, type LimitKind } from '../../demo/limiter.ts'
import { seededRandom } from '../../demo/random.ts'
import { createRateWindow } from '../../src/rate-limit/rate-window.ts'
import { createManualClock } from '../support/manual-clock.ts'

test('the window lets the limit through at once, and the next request a minute after the first was counted', () => {
  const clock = createManualClock()
  const window = createRateWindow(() => 2, clock)
  const places = [window.reserve(), window.reserve()]
  for (const place of places) place.depart()
  expect(window.waitMs()).toBe(Infinity)
  clock.advance(300)
  places[0]?.release()
  // Nine tenths of the fastest answer's time: the next request is on its way for at least as long.
  const waitMs = 60_025 - 270
  expect(window.waitMs()).toBe(waitMs)
  clock.advance(waitMs - 1)
  expect(window.waitMs()).toBe(1)
  clock.advance(1)
  expect(window.waitMs()).toBe(0)
})

test('an answer that took longer than the fastest keeps its place longer', () => {
  const clock = createManualClock()
  const window = createRateWindow(() => 2, clock)
  const places = [window.reserve(), window.reserve()]
  for (const place of places) place.depart()
  clock.advance(1000)
  places[0]?.release()
  clock.advance(4000)
  places[1]?.release()
  expect(window.waitMs()).toBe(60_025 - 900 - 4000)
  clock.advance(window.waitMs())
  const next = window.reserve()
  expect(window.waitMs()).toBe(4000)
  next.release()
})

test('a place that was not used costs nothing', () => {
  const window = createRateWindow(() => 1, createManualClock())
  const place = window.reserve()
  expect(window.waitMs()).toBe(Infinity)
  place.release()
  expect(window.waitMs()).toBe(0)
})

test('the requests of an earlier run count, also when the clock was set meanwhile', () => {
  const clock = createManualClock()
  expect(createRateWindow(() => 2, clock, [10_000, 59_000]).waitMs()).toBe(3000)
  expect(createRateWindow(() => 1, clock, [-3_600_000]).waitMs()).toBe(62_000)
  expect(createRateWindow(() => 1, clock, [3_600_000]).waitMs()).toBe(2000)
})

test('setting the clock changes nothing', () => {
  const clock = createManualClock()
  const window = createRateWindow(() => 1, clock)
  const place = window.reserve()
  place.depart()
  place.release()
  for (const step of [-3_600_000, 3_600_000]) {
    clock.set(clock.now() + step)
    expect(window.waitMs()).toBe(60_025)
  }
})

describe('with a backlog for minutes the window uses nearly the whole limit, and nothing is refused', () => {
  /** Sends as fast as the window allows, each request taking its own time there and back. */
  function run(kind: LimitKind, limit: number, latencyMs: number, seed: number) {
    const clock = createManualClock()
    const random = seededRandom(seed)
    const limiter = createLimiter(kind, limit, clock)
    const window = createRateWindow(() => limit, clock)
    let refused = 0
    let allowed = 0
    const half = () => (latencyMs / 2) * (0.5 + random())
    const send = () => {
      const place = window.reserve()
      place.depart()
      clock.after(half(), () => {
        if (limiter.take() > 0) refused += 1
        else allowed += 1
        clock.after(half(), () => {
          place.release()
          crank()
        })
      })
    }
    let cancel = (): unknown => undefined
    const crank = () => {
      cancel()
      while (window.waitMs() === 0) send()
      const waitMs = window.waitMs()
      if (waitMs < Infinity) cancel = clock.after(waitMs, crank)
    }
    // Not at the beginning of one of the stand-in's minutes.
    clock.advance(seed * 7919)
    crank()
    const minutes = limit > 120 ? 3 : 10
    clock.advance(minutes * 60_000 - 1)
    return { refused, used: allowed / (minutes * limit) }
  }

  const kinds: LimitKind[] = ['fixed', 'sliding', 'bucket']
  const cases = kinds.flatMap((kind) =>
    [120, 1200].flatMap((limit) => [0, 50, 300].map((latencyMs) => [kind, limit, latencyMs] as const)),
  )
  test.for(cases)('%s window, %i a minute, %i ms ± 50 %', ([kind, limit, latencyMs]) => {
    for (const seed of limit === 120 ? [1, 2, 3] : [1]) {
      const { refused, used } = run(kind, limit, latencyMs, seed)
      expect(refused).toBe(0)
      expect(used).toBeGreaterThanOrEqual(0.98)
    }
  })
})
