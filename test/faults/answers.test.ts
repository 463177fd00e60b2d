import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import { expect, onTestFinished, test } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { createClient } from '../../src/helpcrunch/client.ts'
import { agentId, chatId } from '../support/events.ts'

const BODY = JSON.stringify({ id: 5, status: 'new', assignee: { id: 7 }, department: null })
const ANSWER = `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${BODY.length}\r\n\r\n${BODY}`

/** A client of a server that does this with each connection, once the request is there. */
async function clientOf(answer: (socket: Socket, connection: number) => void, timeoutMs = 2000) {
  let connections = 0
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    const number = connections
    connections += 1
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.once('data', () => answer(socket, number))
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return createClient({ apiUrl: `http://127.0.0.1:${port}/v1`, apiKey: 'key', timeoutMs, clock: systemClock })
}

test(`a reset or an end after any of the ${ANSWER.length} bytes of the answer is a failure`, async () => {
  for (const ending of ['reset', 'end'] as const) {
    const client = await clientOf((socket, number) => {
      socket.write(ANSWER.slice(0, number), () => {
        if (ending === 'reset') socket.resetAndDestroy()
        else socket.end()
      })
    })
    for (let bytes = 0; bytes < ANSWER.length; bytes += 1) {
      const outcome = await client.assign(chatId(5), agentId(7), () => undefined)
      expect(outcome, `${ending} after ${bytes} bytes`).toMatchObject({
        kind: 'failed',
        reason: expect.any(String) as string,
      })
    }
  }
})

test('an answer with every byte in a packet of its own is understood', async () => {
  const client = await clientOf((socket) => {
    socket.setNoDelay(true)
    for (const byte of ANSWER) socket.write(byte)
    socket.end()
  })
  expect(await client.assign(chatId(5), agentId(7), () => undefined)).toMatchObject({
    kind: 'ok',
    body: { assigneeId: 7 },
  })
})

test.for<[string, string, Buffer]>([
  ['500 MB', '', Buffer.alloc(1024 * 1024, ' ')],
  [
    'a few bytes that would become 500 MB',
    'Content-Encoding: gzip\r\n',
    gzipSync(Buffer.alloc(500 * 1024 * 1024, ' ')),
  ],
])('an answer of %s is a failure, and takes no memory', async ([, header, chunk]) => {
  const client = await clientOf((socket) => {
    const isBomb = header !== ''
    socket.write(`HTTP/1.1 200 OK\r\n${header}Content-Length: ${isBomb ? chunk.length : 500 * chunk.length}\r\n\r\n`)
    let left = isBomb ? 1 : 500
    const more = (): void => {
      while (left > 0 && !socket.destroyed) {
        left -= 1
        if (!socket.write(chunk)) return void socket.once('drain', more)
      }
    }
    more()
  }, 10_000)
  const before = process.memoryUsage().rss
  expect(await client.getChat(chatId(5))).toMatchObject({ kind: 'failed' })
  expect(process.memoryUsage().rss - before).toBeLessThan(64 * 1024 * 1024)
})

test('the time-out is for the whole answer, also where single bytes keep coming', async () => {
  const client = await clientOf((socket) => {
    let sent = 0
    const timer = setInterval(() => socket.write(ANSWER[(sent += 1) - 1] ?? ''), 100)
    socket.once('close', () => clearInterval(timer))
  }, 500)
  const startedAt = performance.now()
  expect(await client.getChat(chatId(5))).toEqual({ kind: 'failed', reason: 'ETIMEDOUT' })
  expect(performance.now() - startedAt).toBeLessThan(2000)
})

test('bytes that are no HTTP are a failure', async () => {
  const client = await clientOf((socket) => socket.end('SSH-2.0-OpenSSH_9.9\r\n\r\n'))
  expect(await client.getChat(chatId(5))).toMatchObject({ kind: 'failed' })
})
