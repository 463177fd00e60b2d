import { expect, test } from 'vitest'
import { createSharedLimit } from '../../src/rate-limit/shared-limit.ts'
import { createManualClock } from '../support/manual-clock.ts'

const LIMIT = 120

function openSharedLimit() {
  const clock = createManualClock()
  const shared = createSharedLimit(LIMIT, clock)
  const pass = (requests: number) => {
    for (let i = 0; i < requests; i += 1) {
      clock.advance(500)
      shared.passed(clock.monotonic(), false)
    }
  }
  return { clock, shared, pass }
}

test('one refusal among fifty requests counts as chance, a second one as another program', () => {
  const { shared, pass } = openSharedLimit()
  pass(60)
  expect(shared.refused()).toBe(false)
  pass(50)
  expect(shared.refused()).toBe(false)
  expect(shared.perMinute()).toBe(LIMIT)
  pass(49)
  expect(shared.refused()).toBe(true)
  expect(shared.perMinute()).toBeLessThan(LIMIT)
})

test('a refusal after the limit was raised does not count as chance: the other program is still there', () => {
  const { clock, shared, pass } = openSharedLimit()
  pass(60)
  shared.refused()
  shared.refused()
  clock.advance(150_000)
  while (shared.perMinute() < LIMIT) {
    clock.advance(500)
    shared.passed(clock.monotonic(), true)
  }
  pass(60)
  expect(shared.isAlone()).toBe(false)
  expect(shared.refused()).toBe(true)
})

test('the limit is raised again only when a request that left after the last raise got through', () => {
  const { clock, shared, pass } = openSharedLimit()
  pass(60)
  shared.refused()
  shared.refused()
  const lowered = shared.perMinute()
  const sentAt = clock.monotonic()
  clock.advance(150_000)
  for (let i = 0; i < 5; i += 1) shared.passed(sentAt, true)
  expect(shared.perMinute()).toBe(lowered + 1)
  shared.passed(clock.monotonic(), true)
  expect(shared.perMinute()).toBe(lowered + 2)
})
