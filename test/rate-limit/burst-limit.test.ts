import { expect, test } from 'vitest'
import { createBurstLimit } from '../../src/rate-limit/burst-limit.ts'
import type { LearnedBurst } from '../../src/domain.ts'
import { createManualClock } from '../support/manual-clock.ts'

function openBurstLimit(options: { limitPerMinute: number; burst: number | null; sentAgoMs?: number[] }) {
  const clock = createManualClock()
  const learned: LearnedBurst | null = options.burst === null ? null : { burst: options.burst, learnedAt: clock.now() }
  const limit = createBurstLimit({
    limitPerMinute: options.limitPerMinute,
    sharedLimit: () => options.limitPerMinute,
    sentAgoMs: options.sentAgoMs ?? [],
    clock,
    learned,
    onLearned: () => undefined,
  })
  /** How many may leave at this moment. */
  const takeAll = () => {
    let taken = 0
    for (; limit.waitMs() === 0; taken += 1) limit.take()
    return taken
  }
  return { clock, limit, takeAll }
}

test('four more may leave at once than the most that ever got through', () => {
  const { limit, takeAll } = openBurstLimit({ limitPerMinute: 60, burst: null })
  const first = limit.take()
  expect(takeAll()).toBe(3)
  first.passed()
  expect(takeAll()).toBe(1)
})

test('with a small bucket requests leave a little slower than the limit, and slower after refusals', () => {
  const { clock, limit, takeAll } = openBurstLimit({ limitPerMinute: 60, burst: 1 })
  takeAll()
  expect(limit.waitMs()).toBeCloseTo(1000 / 0.975)
  limit.slowDown()
  expect(limit.waitMs()).toBeCloseTo(1000 / 0.975)
  limit.slowDown()
  expect(limit.waitMs()).toBeCloseTo(1000 / 0.965)
  clock.advance(10 * 60_000)
  takeAll()
  expect(limit.waitMs()).toBeCloseTo(1000 / 0.975)
})

test('after a refusal one request leaves when the hold is over, and no burst', () => {
  const { clock, limit, takeAll } = openBurstLimit({ limitPerMinute: 1200, burst: 8 })
  limit.take().refused(1500, true)
  expect(limit.waitMs()).toBe(1500)
  clock.advance(1500)
  expect(takeAll()).toBe(1)
})

test('requests of an earlier run count against the bucket', () => {
  expect(openBurstLimit({ limitPerMinute: 600, burst: 8 }).takeAll()).toBe(8)
  const steady = Array.from({ length: 600 }, (_, index) => index * 100)
  expect(openBurstLimit({ limitPerMinute: 600, burst: 8, sentAgoMs: steady }).takeAll()).toBe(0)
})
