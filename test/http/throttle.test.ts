import { expect, test } from 'vitest'
import { createThrottle } from '../../src/http/throttle.ts'
import { createManualClock } from '../support/manual-clock.ts'

const failTimes = (throttle: ReturnType<typeof createThrottle>, address: string, times: number) =>
  Array.from({ length: times }, () => throttle.fail(address))

test('ten failures are answered, the eleventh gets the time of the next try', () => {
  const throttle = createThrottle(createManualClock())
  expect(failTimes(throttle, '192.0.2.1', 10)).toEqual(Array.from({ length: 10 }, () => null))
  expect(throttle.fail('192.0.2.1')).toBe(6)
  expect(throttle.waitSeconds('192.0.2.1')).toBe(6)
})

test('another address is not affected', () => {
  const throttle = createThrottle(createManualClock())
  failTimes(throttle, '192.0.2.1', 50)
  expect(throttle.waitSeconds('192.0.2.2')).toBeNull()
  expect(throttle.fail('192.0.2.2')).toBeNull()
})

test('after six seconds one more failure is answered, and the wait never grows beyond that', () => {
  const clock = createManualClock()
  const throttle = createThrottle(clock)
  failTimes(throttle, '192.0.2.1', 1000)
  clock.advance(5000)
  expect(throttle.waitSeconds('192.0.2.1')).toBe(1)
  clock.advance(1000)
  expect(throttle.fail('192.0.2.1')).toBeNull()
  expect(throttle.fail('192.0.2.1')).toBe(6)
})

test('setting the time of day neither shortens nor extends the wait of an address', () => {
  const clock = createManualClock()
  const throttle = createThrottle(clock)
  failTimes(throttle, '192.0.2.1', 11)
  clock.set(clock.now() + 86_400_000)
  expect(throttle.waitSeconds('192.0.2.1')).toBe(6)
  clock.set(0)
  expect(throttle.waitSeconds('192.0.2.1')).toBe(6)
})

test('ten thousand addresses are kept, and the one that failed longest ago is dropped first', () => {
  const throttle = createThrottle(createManualClock())
  failTimes(throttle, 'first', 11)
  failTimes(throttle, 'second', 11)
  for (let i = 0; i < 9997; i += 1) throttle.fail(`address ${i}`)
  throttle.fail('first')
  throttle.fail('one more')
  expect(throttle.waitSeconds('first')).toBe(6)
  throttle.fail('and another')
  expect(throttle.waitSeconds('second')).toBeNull()
  expect(throttle.waitSeconds('first')).toBe(6)
})
