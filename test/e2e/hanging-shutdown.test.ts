import { Agent, get } from 'node:http'
import { connect } from 'node:net'
import { once } from 'node:events'
import { expect, onTestFinished, test } from 'vitest'
import { eventually, openWorld } from '../support/world.ts'
import { createDatabase } from '../support/postgres.ts'
import { openProxy } from '../support/silent-proxy.ts'

/** Docker kills after ten seconds. */
const SHUTDOWN_MS = 8000

async function stopTimed(world: Awaited<ReturnType<typeof openWorld>>): Promise<{ code: number | string; ms: number }> {
  const startedAt = performance.now()
  const code = await world.stop()
  return { code, ms: performance.now() - startedAt }
}

test('an open keep-alive connection does not delay the shutdown', async () => {
  const world = await openWorld()
  await world.start()
  const agent = new Agent({ keepAlive: true })
  onTestFinished(() => agent.destroy())
  const [response] = (await once(get(`${world.url}/healthz`, { agent }), 'response')) as [NodeJS.ReadableStream]
  response.resume()
  await once(response, 'end')
  const { code, ms } = await stopTimed(world)
  expect(code).toBe(0)
  expect(ms).toBeLessThan(SHUTDOWN_MS)
})

test('a sender that stops in the middle of a webhook does not prevent a clean shutdown', async () => {
  const world = await openWorld()
  await world.start()
  const socket = connect(Number(world.env.PORT), '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  socket.on('error', () => undefined)
  socket.write(
    'POST /webhooks/helpcrunch HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"event"',
  )
  // Answered only once the server has taken the connection before it.
  await world.get('/healthz')
  const { code, ms } = await stopTimed(world)
  expect(code).toBe(0)
  expect(ms).toBeLessThan(SHUTDOWN_MS)
})

test('a PUT without an answer ends with SHUTDOWN_TIMEOUT_MS, by default before Docker’s ten seconds', async () => {
  const world = await openWorld({ env: { REQUEST_TIMEOUT_MS: '60000' } })
  await world.start()
  world.standIn.setTemper(() => ({ kind: 'hang' }))
  world.account.openChat(null)
  await eventually(() => expect(world.standIn.puts()).toHaveLength(1))
  const { code, ms } = await stopTimed(world)
  expect(code).toBe(1)
  expect(ms).toBeLessThan(9500)
  expect(world.log.at(-1)?.msg).toMatch(/^closing took longer than SHUTDOWN_TIMEOUT_MS \(8000\)/)
})

test('a database that never answers does not delay the shutdown beyond SHUTDOWN_TIMEOUT_MS', async () => {
  const proxy = await openProxy(new URL(await createDatabase()))
  const world = await openWorld({ env: { DATABASE_URL: proxy.url, SHUTDOWN_TIMEOUT_MS: '1000' } })
  await world.start()
  proxy.cut()
  const { ms } = await stopTimed(world)
  expect(ms).toBeLessThan(5000)
})

test('a database that does not answer at the start does not delay the shutdown either', async () => {
  const proxy = await openProxy(new URL(await createDatabase()))
  proxy.cut()
  const world = await openWorld({ env: { DATABASE_URL: proxy.url, SHUTDOWN_TIMEOUT_MS: '1000' } })
  const starting = world.start().catch((error: unknown) => error)
  await eventually(() => expect(proxy.sent).toBeGreaterThan(0))
  await stopTimed(world)
  expect(await starting).toBeInstanceOf(Error)
})
