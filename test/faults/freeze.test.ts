import { connect } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { sign } from '../../demo/sender.ts'
import { eventually, openWorld, SIGNING_KEY } from '../support/world.ts'

/** Longer than a request may take. */
const FREEZE_MS = 11_000
const LONG = { timeout: 30_000, interval: 50 }

test('a webhook under way while the process is frozen gets 503 with Retry-After, never 408', async () => {
  const world = await openWorld()
  await world.start()
  const body = JSON.stringify({ event: 'chat.rated', id: 'x', eventData: {} })
  const socket = connect(Number(world.env.PORT), '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  let answer = ''
  socket.on('data', (chunk: Buffer) => (answer += chunk.toString()))
  socket.on('error', () => undefined)
  socket.write(
    `POST /webhooks/helpcrunch HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nX-HelpCrunch-Signature: ${sign(body, SIGNING_KEY)}\r\nContent-Length: ${body.length}\r\n\r\n${body.slice(0, 10)}`,
  )
  // Answered only once the server has read what came before.
  await world.get('/healthz')
  world.signal('SIGSTOP')
  const frozenAt = performance.now()
  await expect.poll(() => performance.now() - frozenAt, LONG).toBeGreaterThan(FREEZE_MS)
  socket.write(body.slice(10))
  world.signal('SIGCONT')
  await eventually(() => expect(answer).toMatch(/^HTTP\/1.1 (200 |503 [^]*retry-after: 5)/i))
  await eventually(async () =>
    expect((await world.post(body, { 'x-helpcrunch-signature': sign(body, SIGNING_KEY) })).status).toBe(200),
  )
}, 60_000)
