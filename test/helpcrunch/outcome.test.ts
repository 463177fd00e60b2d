import { describe, expect, test } from 'vitest'
import { readOutcome } from '../../src/helpcrunch/outcome.ts'

const DATE = 'Mon, 23 Nov 2026 10:00:00 GMT'
const AT = Date.parse(DATE)
const answer = (status: number, more: object = {}) =>
  readOutcome({ status, body: '{}', retryAfter: undefined, date: DATE, sentAt: AT + 777, ...more }, (body) => body)

describe('Retry-After', () => {
  test.for<[string | undefined, number | null]>([
    ['2', 2000],
    ['1.5', 1500],
    [' 30 ', 30_000],
    ['Mon, 23 Nov 2026 10:00:20 GMT', 20_000],
    ['Monday, 23-Nov-26 10:00:20 GMT', 20_000],
    ['Mon Nov 23 10:00:20 2026 GMT', 20_000],
    ['0', 1000],
    ['-5', 1000],
    ['Mon, 23 Nov 2026 09:00:00 GMT', 1000],
    ['999999999', 900_000],
    ['Thu, 03 Dec 2026 10:00:00 GMT', 900_000],
    ['abc', null],
    ['', null],
    [undefined, null],
  ])('%j means %j milliseconds', ([retryAfter, retryAfterMs]) => {
    expect(answer(429, { retryAfter })).toEqual({ kind: 'limited', retryAfterMs })
  })

  test('a date counts from the answer’s own Date, so that our clock does not matter', () => {
    const skewed = { retryAfter: 'Mon, 23 Nov 2026 10:00:20 GMT', sentAt: AT + 3_600_000 }
    expect(answer(429, skewed)).toEqual({ kind: 'limited', retryAfterMs: 20_000 })
  })
})

test('the status alone decides', () => {
  const errors = JSON.stringify({ errors: [{ code: 'invalid_token', message: 'no' }, { code: 5 }, null] })
  expect(answer(401, { body: errors })).toEqual({ kind: 'unauthorized', status: 401, codes: ['invalid_token'] })
  expect(answer(403)).toMatchObject({ kind: 'unauthorized', status: 403 })
  expect(answer(404, { body: 'not json' })).toEqual({ kind: 'gone', codes: [] })
  expect(answer(400, { body: errors })).toEqual({ kind: 'refused', codes: ['invalid_token'] })
  for (const status of [100, 302, 402, 405, 408, 422, 500, 502, 503]) {
    expect(answer(status)).toEqual({ kind: 'failed', reason: `HTTP ${status}` })
  }
})

test('a success that is not JSON, or not an answer to the call, is a failure', () => {
  expect(answer(200, { body: '<html>' })).toEqual({ kind: 'failed', reason: 'HTTP 200 with a body that is not JSON' })
  expect(answer(204, { body: '' })).toHaveProperty('kind', 'failed')
  const read = readOutcome({ status: 200, body: '{}', retryAfter: undefined, date: DATE, sentAt: AT }, () => null)
  expect(read).toEqual({ kind: 'failed', reason: 'HTTP 200 with a body that does not answer the call' })
})

test('the time of an answer is HelpCrunch’s, to the second', () => {
  expect(answer(200)).toMatchObject({ answeredAt: AT })
  expect(answer(200, { date: undefined, sentAt: AT + 999 })).toMatchObject({ answeredAt: AT })
})
