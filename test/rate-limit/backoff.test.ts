import { expect, test } from 'vitest'
import { backoffMs } from '../../src/rate-limit/backoff.ts'

test('the backoff grows exponentially up to its maximum, with even jitter', () => {
  const range = { minMs: 1000, maxMs: 60_000 }
  expect([1, 2, 3, 6, 7, 50, 1e9].map((n) => backoffMs(n, 1, range))).toEqual([
    2000, 4000, 8000, 60_000, 60_000, 60_000, 60_000,
  ])
  expect(backoffMs(50, 0, range)).toBe(1000)
  expect(backoffMs(50, 0.5, range)).toBe(30_500)
})
