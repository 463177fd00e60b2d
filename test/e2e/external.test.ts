import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { sign } from '../../demo/sender.ts'
import { eventually, openWorld, SIGNING_KEY } from '../support/world.ts'

/** The service with an endpoint that answers by this listener; `asked` has its requests. */
async function openAdvised(answer: (response: ServerResponse) => void) {
  const asked: { signature: string | undefined; body: string }[] = []
  const endpoint = createServer((request: IncomingMessage, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      asked.push({ signature: request.headers['x-autoassign-signature'] as string | undefined, body })
      answer(response)
    })
  }).listen(0, '127.0.0.1')
  await once(endpoint, 'listening')
  onTestFinished(() => {
    endpoint.closeAllConnections()
    endpoint.close()
  })
  const { port } = endpoint.address() as AddressInfo
  const world = await openWorld()
  const path = join(world.directory, 'routing.yaml')
  await writeFile(path, `external: { url: 'http://127.0.0.1:${port}/route', timeoutMs: 300 }`)
  await world.start({ ROUTING_FILE: path })
  return { world, asked }
}

test('an endpoint is asked once per decision, signed, with the chat and the candidates, and obeyed', async () => {
  const { world, asked } = await openAdvised((response) => response.end('{"agents": [3, 1]}'))
  const chats = [world.account.openChat(null), world.account.openChat(null)]
  await eventually(() => expect(chats.map(({ assigneeId }) => assigneeId)).toEqual([3, 3]))
  expect(asked).toHaveLength(2)
  const { signature, body = '' } = asked[0] ?? {}
  expect(signature).toBe(sign(body, SIGNING_KEY))
  expect(JSON.parse(body)).toEqual({
    chat: { id: expect.any(Number) as number, department: null, labels: [], channel: null, waitedSeconds: 0 },
    candidates: [1, 2, 3].map((id) => ({ id, name: `Agent ${id}`, load: 0, capacity: null })),
  })
})

test.for<[string, (response: ServerResponse) => void]>([
  ['fails', (response) => response.writeHead(500).end()],
  ['does not answer', () => undefined],
  ['answers something else', (response) => response.end('{"agent": 3}')],
  ['answers without end', (response) => response.end(`{"agents": [${'1,'.repeat(100_000)}1]}`)],
  ['points elsewhere', (response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end()],
])('an endpoint that %s is no hindrance, and is left alone after three times', async ([, answer]) => {
  const { world, asked } = await openAdvised(answer)
  for (let i = 0; i < 5; i += 1) world.account.openChat(null)
  await eventually(() => expect(world.assigned()).toHaveLength(5))
  // While one answer is late, others are asked for.
  await eventually(() =>
    expect(world.log.filter(({ msg }) => msg.startsWith('external ranking failed'))).toHaveLength(asked.length),
  )
  expect([3, 4, 5]).toContain(asked.length)
  const askedUntilNow = asked.length
  world.account.openChat(null)
  await eventually(() => expect(world.assigned()).toHaveLength(6))
  expect(asked).toHaveLength(askedUntilNow)
})
