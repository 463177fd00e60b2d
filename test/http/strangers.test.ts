import { pino } from 'pino'
import { describe, expect, onTestFinished, test } from 'vitest'
import { sign } from '../../demo/sender.ts'
import { readWebhook } from '../../src/helpcrunch/webhook.ts'
import { createMetrics } from '../../src/http/metrics.ts'
import { createOperationsServer } from '../../src/http/operations-server.ts'
import { createServer } from '../../src/http/server.ts'
import { apiOf, doorOf } from '../support/door.ts'
import { createManualClock } from '../support/manual-clock.ts'

const KEY = 'a-signing-key'
const TOKEN = 'an-admin-token-of-32-characters!'
const BODY = JSON.stringify({ event: 'chat.rated', id: 'e-1', eventData: {} })
const CHECKS = [
  { name: 'store', ok: true, detail: 'answers' },
  { account: 'acme', name: 'routing', ok: false, detail: 'routing file /config/acme.yaml:7: department "Sales"' },
  { account: 'beta', name: 'routing', ok: true, detail: 'in force' },
]

function open(more: { trustedProxies?: string[] } = {}) {
  const lines: Record<string, unknown>[] = []
  const logger = pino({ base: null }, { write: (line: string) => lines.push(JSON.parse(line)) })
  const clock = createManualClock()
  const { registry, meterOf } = createMetrics()
  const doors = doorOf({ signingKeys: [KEY], meter: meterOf(null), receive: async () => 'accepted' })
  const http = {
    doors: doors.doors,
    onlyDoor: { ...doors.onlyDoor, logger },
    meter: meterOf(null),
    maxAgeMs: 86_400_000,
    isClockSure: () => true,
    readWebhook,
    api: apiOf(TOKEN, clock),
    readiness: async () => ({ isReady: true, checks: CHECKS }),
  }
  const { app } = createServer({ http, registry, clock, logger, ...more })
  const operations = createOperationsServer({ http, registry, logger })
  onTestFinished(async () => {
    await app.close()
    await operations.close()
  })
  const post = (signature: string, remoteAddress = '192.0.2.1', headers: Record<string, string> = {}) =>
    app.inject({
      method: 'POST',
      url: '/webhooks/helpcrunch',
      payload: BODY,
      remoteAddress,
      headers: { 'content-type': 'application/json', 'x-helpcrunch-signature': signature, ...headers },
    })
  const get = (url: string, token?: string, remoteAddress = '192.0.2.1') =>
    app.inject({ url, remoteAddress, headers: token === undefined ? {} : { authorization: `Bearer ${token}` } })
  return { app, operations, clock, lines, post, get }
}

const WRONG = 'f'.repeat(40)

describe('wrong signatures', () => {
  test('are answered with 401, and from the eleventh on with 429 and Retry-After', async () => {
    const { post } = open()
    const statuses: number[] = []
    for (let i = 0; i < 12; i += 1) statuses.push((await post(WRONG)).statusCode)
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 401), 429, 429])
    expect((await post(WRONG)).headers['retry-after']).toBe('6')
  })

  test('limit neither valid signatures, even from the same address, nor other addresses', async () => {
    const { post } = open()
    for (let i = 0; i < 50; i += 1) await post(WRONG)
    expect((await post(sign(BODY, KEY))).statusCode).toBe(200)
    expect((await post(WRONG, '192.0.2.2')).statusCode).toBe(401)
  })

  test('do not fill the log: 6,000 of them are two lines, with address and count', async () => {
    const { post, lines, clock } = open()
    for (let i = 0; i < 6000; i += 1) await post(WRONG, `192.0.2.${i % 4}`)
    clock.advance(10_000)
    expect(lines).toHaveLength(2)
    expect(lines[0]).toMatchObject({ msg: 'webhook rejected: signature missing or wrong', address: '192.0.2.0' })
    expect(lines[1]).toMatchObject({ count: 5999, addresses: [{ count: 1500 }, {}, {}, {}] })
  })

  test('count for the forwarded address only behind a proxy of TRUSTED_PROXIES', async () => {
    const forwarded = (address: string) => ({ 'x-forwarded-for': address })
    const trusting = open({ trustedProxies: ['10.0.0.0/8'] })
    for (let i = 0; i < 20; i += 1) await trusting.post(WRONG, '10.0.0.1', forwarded('192.0.2.1'))
    expect((await trusting.post(WRONG, '10.0.0.1', forwarded('192.0.2.1'))).statusCode).toBe(429)
    expect((await trusting.post(WRONG, '10.0.0.1', forwarded('192.0.2.2'))).statusCode).toBe(401)
    // The header of any other client does not count.
    const strict = open({ trustedProxies: ['10.0.0.0/8'] })
    for (let i = 0; i < 20; i += 1) await strict.post(WRONG, '198.51.100.1', forwarded(`192.0.2.${i}`))
    expect((await strict.post(WRONG, '198.51.100.1', forwarded('192.0.2.99'))).statusCode).toBe(429)
  })
})

describe('guessed tokens', () => {
  test.for(['/api/chats/5/why', '/metrics', '/readyz'])('for %s are not checked after ten', async (url) => {
    const { get, clock } = open()
    const statuses: number[] = []
    for (let i = 0; i < 11; i += 1) statuses.push((await get(url, `guess ${i}`)).statusCode)
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 401), 429])
    expect((await get(url, TOKEN)).statusCode, 'no guess is right while it is barred').toBe(429)
    expect((await get(url, TOKEN, '192.0.2.2')).statusCode, 'from elsewhere it is').not.toBe(429)
    clock.advance(6000)
    expect((await get(url, TOKEN)).statusCode, 'after six seconds it is').not.toBe(429)
  })

  test('do not block webhooks', async () => {
    const { get, post } = open()
    for (let i = 0; i < 50; i += 1) await get('/api/chats/5/why', 'guess')
    expect((await post(sign(BODY, KEY))).statusCode).toBe(200)
    expect((await post(WRONG)).statusCode).toBe(401)
  })
})

describe('without a token', () => {
  test('/readyz says which checks fail, without names of accounts, departments, people and files', async () => {
    const { get } = open()
    expect((await get('/readyz')).json()).toEqual({
      checks: [
        { name: 'store', ok: true },
        { name: 'routing', ok: false },
      ],
    })
    expect((await get('/readyz', TOKEN)).json()).toEqual({ checks: CHECKS })
  })

  test('/metrics is refused, except on the operations port, which shows all details', async () => {
    const { get, operations } = open()
    expect((await get('/metrics')).statusCode).toBe(401)
    expect((await get('/metrics', TOKEN)).body).toContain('autoassign_requests_total')
    expect((await operations.inject('/metrics')).body).toContain('autoassign_requests_total')
    expect((await operations.inject('/readyz')).json()).toEqual({ checks: CHECKS })
    expect((await operations.inject('/healthz')).json()).toEqual({ status: 'alive' })
    expect((await operations.inject({ method: 'POST', url: '/webhooks/helpcrunch' })).statusCode).toBe(404)
  })

  test('every answer has security headers and the id of its request, also one that failed', async () => {
    const { get } = open()
    for (const url of ['/healthz', '/metrics', '/nowhere']) {
      expect((await get(url)).headers).toMatchObject({
        'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
        'cache-control': 'no-store',
        'x-request-id': expect.stringMatching(/^[\w.-]{8,64}$/),
      })
    }
  })

  test('a request keeps a valid id from the proxy, which is also in the log', async () => {
    const { post, lines } = open()
    const id = 'a1b2c3d4-from-the-proxy'
    expect((await post(WRONG, undefined, { 'x-request-id': id })).headers['x-request-id']).toBe(id)
    expect(lines[0]).toMatchObject({ requestId: id, address: '192.0.2.1' })
    expect((await post(WRONG, undefined, { 'x-request-id': 'a"b\n{}' })).headers['x-request-id']).not.toBe('a"b\n{}')
  })
})
