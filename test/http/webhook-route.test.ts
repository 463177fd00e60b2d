import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { pino } from 'pino'
import { sign } from '../../demo/sender.ts'
import type { ChatEvent, CustomerEvent } from '../../src/domain.ts'
import { readWebhook } from '../../src/helpcrunch/webhook.ts'
import { createMetrics } from '../../src/http/metrics.ts'
import { createServer, type Server } from '../../src/http/server.ts'
import { StoreUnavailable } from '../../src/store/contract.ts'
import { apiOf, doorOf } from '../support/door.ts'
import { createManualClock, type ManualClock } from '../support/manual-clock.ts'

const TOKEN = 'an-admin-token-of-32-characters!'
const KEYS = ['first-key', 'second-key']
const BODY = JSON.stringify({
  event: 'chat.new',
  eventData: { chat_id: 5 },
  id: 'e-1',
  createdAt: Math.floor(Date.now() / 1000),
})

let server: Server
let stored: ChatEvent[]
let ofCustomers: CustomerEvent[]
let logged: unknown[]
let clock: ManualClock
let isClockSure: boolean
let receive: (event: ChatEvent) => Promise<'accepted' | 'duplicate'>

beforeEach(() => {
  server = open()
})

function open({
  maxHeapBytes,
  isForChatsOnly = false,
}: { maxHeapBytes?: number; isForChatsOnly?: boolean } = {}): Server {
  stored = []
  ofCustomers = []
  logged = []
  clock = createManualClock()
  isClockSure = true
  const write = (line: string) => void logged.push(JSON.parse(line))
  const receiveCustomer = async (event: CustomerEvent) => {
    ofCustomers.push(event)
    return 'accepted' as const
  }
  receive = async (event) => {
    stored.push(event)
    return 'accepted'
  }
  const { registry, meterOf } = createMetrics()
  const opened = createServer({
    http: {
      ...doorOf({
        signingKeys: KEYS,
        meter: meterOf(null),
        receive: (event) => receive(event),
        ...(isForChatsOnly ? {} : { receiveCustomer }),
      }),
      maxAgeMs: 86_400_000,
      isClockSure: () => isClockSure,
      readWebhook,
      api: apiOf(TOKEN, clock),
      readiness: async () => ({ isReady: true, checks: [{ name: 'store', ok: true, detail: 'answers' }] }),
    },
    registry,
    clock,
    logger: pino({ level: 'warn' }, { write }),
    ...(maxHeapBytes === undefined ? {} : { maxHeapBytes }),
  })
  onTestFinished(() => opened.app.close())
  return opened
}

const post = (payload: string | Buffer, headers: Record<string, string> = {}) =>
  server.app.inject({
    method: 'POST',
    url: '/webhooks/helpcrunch',
    payload,
    headers: { 'content-type': 'application/json', ...headers },
  })
const postSigned = (payload: string | Buffer, key = 'first-key') =>
  post(payload, { 'x-helpcrunch-signature': sign(payload, key) })

describe('the signature', () => {
  test.for(KEYS)('under %s is accepted', async (key) => {
    const response = await postSigned(BODY, key)
    expect([response.statusCode, response.json()]).toEqual([200, { status: 'accepted' }])
    expect(stored).toHaveLength(1)
  })

  const good = sign(BODY, 'first-key')
  test.for<[string, string | undefined]>([
    ['missing', undefined],
    ['empty', ''],
    ['under another key', sign(BODY, 'other-key')],
    ['of another body', sign(`${BODY} `, 'first-key')],
    ['of the same JSON in other bytes', sign(JSON.stringify(JSON.parse(BODY), null, 1), 'first-key')],
    ['cut short', good.slice(0, 39)],
    ['too long', `${good}0`],
    ['in upper case', good.toUpperCase()],
    ['not hex', 'z'.repeat(40)],
  ])('%s is answered with 401, and nothing is stored', async ([, signature]) => {
    const response = await post(BODY, signature === undefined ? {} : { 'x-helpcrunch-signature': signature })
    expect(response.statusCode).toBe(401)
    expect(stored).toEqual([])
  })
})

describe('a signed body', () => {
  test.for<[string, string | Buffer]>([
    ['no body', ''],
    ['broken JSON', '{"event": '],
    ['a list', '[]'],
    ['a number', '5'],
    ['null', 'null'],
    ['bytes that are not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])],
  ])('that is %s is answered with 400', async ([, body]) => {
    expect((await postSigned(body)).statusCode).toBe(400)
    expect(stored).toEqual([])
  })

  test.for<[string, string]>([
    ['another event', '{"event": "customer.subscribed", "eventData": {"id": 1}}'],
    ['no usable chat id', '{"event": "chat.new", "eventData": {"chat_id": "x"}}'],
    ['an empty object', '{}'],
    ['100,000 levels', `{"event": "chat.new", "x": ${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
  ])('with %s is acknowledged and ignored', async ([, body]) => {
    const response = await postSigned(body)
    expect([response.statusCode, response.json()]).toEqual([200, { status: 'ignored' }])
    expect(stored).toEqual([])
  })

  test('with keys that would reach a prototype is stored without them', async () => {
    const response = await postSigned(`{"__proto__": {"x": 1}, "constructor": {"prototype": {}}, ${BODY.slice(1)}`)
    expect(response.statusCode).toBe(200)
    expect(({} as { x?: number }).x).toBeUndefined()
  })

  test('older than the retention is answered with 400', async () => {
    const old = JSON.stringify({ ...JSON.parse(BODY), createdAt: Math.floor(Date.now() / 1000) - 86_401 })
    expect((await postSigned(old)).statusCode).toBe(400)
    expect(stored).toEqual([])
  })

  test('that only seems older, by a clock that HelpCrunch has not confirmed, is to be sent again', async () => {
    clock.set(Date.now() + 40 * 86_400_000)
    isClockSure = false
    const response = await postSigned(BODY)
    expect([response.statusCode, response.headers['retry-after']]).toEqual([503, expect.any(String)])
    expect(stored).toEqual([])
    clock.set(Date.now())
    expect((await postSigned(BODY)).statusCode).toBe(200)
  })
})

test('a body over 1 MiB is answered with 413, and one that is not JSON by its type with 415', async () => {
  expect((await postSigned(' '.repeat(1024 * 1024 + 1))).statusCode).toBe(413)
  expect((await post(BODY, { 'content-type': 'text/plain' })).statusCode).toBe(415)
  const headers = { 'x-helpcrunch-signature': sign(BODY, KEYS[0] ?? ''), 'content-encoding': 'gzip' }
  expect((await post(BODY, headers)).statusCode).toBe(415)
  expect(stored).toEqual([])
})

test('what cannot be stored is answered with 503 and Retry-After', async () => {
  receive = () => Promise.reject(new StoreUnavailable('disk full'))
  const response = await postSigned(BODY)
  expect(response.statusCode).toBe(503)
  expect(response.headers['retry-after']).toBe('5')
})

test('an unexpected error is answered with 503, too, and without its text: the sender shall repeat', async () => {
  receive = () => Promise.reject(new Error('a secret detail'))
  const response = await postSigned(BODY)
  expect(response.statusCode).toBe(503)
  expect(response.body).not.toContain('secret')
})

test('webhooks are answered with 503 before memory runs out, and /healthz still answers', async () => {
  server = open({ maxHeapBytes: 1 })
  await server.app.ready()
  const response = await vi.waitFor(
    async () => {
      const answer = await postSigned(BODY)
      expect(answer.statusCode).toBe(503)
      return answer
    },
    { timeout: 5000, interval: 50 },
  )
  expect(response.headers['retry-after']).toBe('5')
  expect((await server.app.inject('/healthz')).statusCode).toBe(200)
})

test('while closing every request is answered with 503', async () => {
  server.refuse()
  const response = await postSigned(BODY)
  expect([response.statusCode, response.headers['retry-after'], response.headers.connection]).toEqual([
    503,
    '5',
    'close',
  ])
  expect(stored).toEqual([])
  expect((await server.app.inject('/healthz')).statusCode).toBe(200)
})

test('/metrics counts webhooks by their outcome, and unknown types as one', async () => {
  await postSigned(BODY)
  await post(BODY)
  for (const type of ['made.up', 'made.up.too']) await postSigned(JSON.stringify({ event: type }))
  const headers = { authorization: `Bearer ${TOKEN}` }
  const metrics = (await server.app.inject({ url: '/metrics', headers })).body
  expect(metrics).toContain('autoassign_webhooks_total{status="accepted",type="chat.new"} 1')
  expect(metrics).toContain('autoassign_webhooks_total{status="rejected",type="unsigned"} 1')
  expect(metrics).toContain('autoassign_webhooks_total{status="ignored",type="other"} 2')
})

describe('a wrong path', () => {
  const send = (url: string) =>
    server.app.inject({
      method: 'POST',
      url,
      payload: BODY,
      headers: { 'content-type': 'application/json', 'x-helpcrunch-signature': sign(BODY, 'first-key') },
    })

  test.for(['/webhooks/helpcrunch/', '//webhooks/helpcrunch', '/webhooks//helpcrunch//'])(
    'with a slash too many is accepted: %s',
    async (url) => {
      expect((await send(url)).statusCode).toBe(200)
      expect(stored).toHaveLength(1)
    },
  )

  test('is answered with 404 and the right one, counted, and logged once a minute', async () => {
    const paths = ['/', '/hooks/webhooks/helpcrunch?key=secret', '/webhooks/helpcrunch/acme', '/webhook']
    for (const path of paths) {
      const answer = await send(path)
      expect([answer.statusCode, answer.body]).toEqual([404, expect.stringContaining('/webhooks/helpcrunch')])
    }
    expect(logged).toEqual([
      expect.objectContaining({ path: '/', msg: 'webhook rejected: wrong path, it should be /webhooks/helpcrunch' }),
    ])
    clock.advance(60_000)
    await send('/hooks/webhooks/helpcrunch?key=secret')
    expect(logged[1]).toMatchObject({ path: '/hooks/webhooks/helpcrunch', leftOut: 3 })
    expect(
      (await server.app.inject({ url: '/metrics', headers: { authorization: `Bearer ${TOKEN}` } })).body,
    ).toContain('autoassign_webhooks_total{status="rejected",type="misdirected"} 5')
    expect((await server.app.inject('/favicon.ico')).statusCode).toBe(404)
    expect(logged).toHaveLength(2)
  })
})

test('a customer’s event is stored where the account’s rules read customers, and ignored elsewhere', async () => {
  const body = JSON.stringify({ event: 'customer.deleted', eventData: { id: 7, email: 'jo@example.com' }, id: 'e-2' })
  const response = await postSigned(body)
  expect([response.statusCode, response.json()]).toEqual([200, { status: 'accepted' }])
  expect(ofCustomers).toMatchObject([{ kind: 'customer deleted', customerId: 7, id: 'e-2' }])
  server = open({ isForChatsOnly: true })
  expect((await postSigned(body)).json()).toEqual({ status: 'ignored' })
})

test('/healthz and /readyz answer', async () => {
  expect((await server.app.inject('/healthz')).json()).toEqual({ status: 'alive' })
  expect((await server.app.inject('/readyz')).json()).toEqual({ checks: [{ name: 'store', ok: true }] })
})
