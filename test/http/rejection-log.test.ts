import { pino } from 'pino'
import { expect, test } from 'vitest'
import { createRejectionLog } from '../../src/http/rejection-log.ts'
import { createManualClock } from '../support/manual-clock.ts'

function open() {
  const lines: Record<string, unknown>[] = []
  const logger = pino({ base: null }, { write: (line: string) => lines.push(JSON.parse(line)) })
  const clock = createManualClock()
  const log = createRejectionLog(clock)
  const reject = (address: string, message = 'rejected') =>
    log.reject({ logger, message, address, fact: { statusCode: 401 } })
  return { lines, clock, log, reject }
}

test('the first rejection is a line with its address, the next thousand are one line with their number', () => {
  const { lines, clock, reject } = open()
  for (let i = 0; i < 1001; i += 1) reject(i % 10 === 0 ? '192.0.2.2' : '192.0.2.1')
  expect(lines).toMatchObject([{ msg: 'rejected', statusCode: 401, address: '192.0.2.2' }])
  clock.advance(10_000)
  expect(lines.slice(1)).toMatchObject([
    {
      msg: 'rejected: more of the same',
      count: 1000,
      seconds: 10,
      addresses: [
        { address: '192.0.2.1', count: 900 },
        { address: '192.0.2.2', count: 100 },
      ],
    },
  ])
})

test('rejections that go on get one line in ten seconds; after a quiet window the next one is logged at once', () => {
  const { lines, clock, reject } = open()
  for (let second = 0; second < 60; second += 1) {
    reject('192.0.2.1')
    clock.advance(1000)
  }
  expect(lines).toHaveLength(7)
  clock.advance(20_000)
  reject('192.0.2.3')
  expect(lines.at(-1)).toMatchObject({ msg: 'rejected', address: '192.0.2.3' })
})

test('each message has a window of its own', () => {
  const { lines, reject } = open()
  reject('192.0.2.1', 'rejected')
  reject('192.0.2.1', 'turned away')
  expect(lines.map(({ msg }) => msg)).toEqual(['rejected', 'turned away'])
})

test('a line names five addresses at most, of a thousand that are counted', () => {
  const { lines, clock, reject } = open()
  reject('first')
  for (let i = 0; i < 5000; i += 1) reject(`address ${i}`)
  clock.advance(10_000)
  expect(lines.at(-1)).toMatchObject({ count: 5000 })
  expect(lines.at(-1)?.addresses).toHaveLength(5)
  expect(lines.at(-1)?.addresses).toContainEqual({ address: 'others', count: 4000 })
})

test('closing leaves no timer behind', () => {
  const { clock, log, reject } = open()
  reject('192.0.2.1')
  log.close()
  expect(clock.timers).toBe(0)
})
