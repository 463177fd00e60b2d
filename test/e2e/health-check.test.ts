import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'

const COMMAND = fileURLToPath(new URL('../../src/commands/health-check.ts', import.meta.url))

/** The port of a server that answers with this status, or never. */
async function listen(host: string, status: number | null): Promise<string> {
  const server = createServer((_request, response) => {
    if (status !== null) response.writeHead(status).end()
  })
  server.listen(0, host)
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return String((server.address() as AddressInfo).port)
}

async function check(env: Record<string, string>): Promise<{ code: unknown; complaint: string }> {
  const child = spawn(process.execPath, [COMMAND], { env, stdio: ['ignore', 'ignore', 'pipe'] })
  let complaint = ''
  child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()))
  const [code] = await once(child, 'close')
  return { code, complaint }
}

test.for([
  ['127.0.0.1', undefined],
  ['127.0.0.1', '0.0.0.0'],
  ['127.0.0.1', '127.0.0.1'],
  ['::1', '::1'],
  ['::1', '::'],
] as const)('a service on %s with HOST=%s is healthy', async ([host, setting]) => {
  const PORT = await listen(host, 200)
  expect(await check(setting === undefined ? { PORT } : { PORT, HOST: setting })).toEqual({ code: 0, complaint: '' })
})

test('HOST is honoured: a service at another address with the same port does not count', async () => {
  const PORT = await listen('127.0.0.1', 200)
  expect((await check({ PORT, HOST: '::1' })).code).toBe(1)
})

test.for([
  [503, 'not healthy: HTTP 503\n'],
  [null, 'not healthy: no answer in time\n'],
] as const)('a service that answers %s is not', async ([status, complaint]) => {
  expect(await check({ PORT: await listen('127.0.0.1', status) })).toEqual({ code: 1, complaint })
})
