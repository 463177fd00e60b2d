import { connect, type Socket } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { sign } from '../../demo/sender.ts'
import { eventually, openWorld, SIGNING_KEY, type World } from '../support/world.ts'

const SLOW = 1000

function open(world: World, first: string): { socket: Socket; answer: () => string; isClosed: () => boolean } {
  const socket = connect(Number(world.env.PORT), '127.0.0.1')
  let answer = ''
  let isClosed = false
  socket.on('data', (chunk: Buffer) => (answer += chunk.toString()))
  socket.on('error', () => undefined)
  socket.on('close', () => (isClosed = true))
  socket.write(first)
  onTestFinished(() => void socket.destroy())
  return { socket, answer: () => answer, isClosed: () => isClosed }
}

test(`${SLOW} slow connections are cut off, and do not delay valid webhooks`, async () => {
  const world = await openWorld()
  await world.start()
  const head = 'POST /webhooks/helpcrunch HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n'
  const starts = ['', 'POST /webhooks/hel', head, `${head}Content-Length: 100\r\n\r\n{"event":`]
  const slow = Array.from({ length: SLOW }, (_, index) => open(world, starts[index % starts.length] ?? ''))
  const drip = setInterval(() => {
    for (const { socket } of slow.slice(0, SLOW / 2)) if (!socket.destroyed) socket.write('X')
  }, 1000)
  onTestFinished(() => clearInterval(drip))
  const body = JSON.stringify({ event: 'chat.rated', id: 'x', eventData: {} })
  const answeredMs: number[] = []
  for (let i = 0; i < 20; i += 1) {
    const startedAt = performance.now()
    expect((await world.post(body, { 'x-helpcrunch-signature': sign(body, SIGNING_KEY) })).status).toBe(200)
    answeredMs.push(performance.now() - startedAt)
  }
  // The median: single answers may be late while the connections are accepted, or while the machine is busy.
  expect(answeredMs.toSorted((a, b) => a - b)[10]).toBeLessThan(200)
  await eventually(() => expect(slow.filter(({ isClosed }) => !isClosed()).length).toBe(0))
}, 60_000)

test.for<[string, string, RegExp]>([
  ['a header of 100 KB', `GET /healthz HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(100_000)}\r\n\r\n`, /431/],
  [
    '5,000 headers',
    `GET /healthz HTTP/1.1\r\nHost: a\r\n${Array.from({ length: 5000 }, (_, i) => `X-${i}: 1`).join('\r\n')}\r\n\r\n`,
    /431/,
  ],
  ['bytes that are no HTTP', 'EHLO mail\r\n\r\n', /400/],
  [
    'two lengths',
    'POST /webhooks/helpcrunch HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /metrics HTTP/1.1\r\n\r\n',
    /400/,
  ],
  [
    'a body without end',
    `POST /webhooks/helpcrunch HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 99999999999\r\n\r\n`,
    /413/,
  ],
])('%s is turned away', async ([, bytes, status]) => {
  const world = await openWorld()
  await world.start()
  const connection = open(world, bytes)
  await eventually(() => expect(connection.answer()).toMatch(status))
  expect(connection.answer()).not.toMatch(/autoassign_webhooks_total/)
  expect((await world.get('/healthz')).status).toBe(200)
})
