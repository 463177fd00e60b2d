import { createServer, request } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { useOutgoingProxy } from '../../src/config/outgoing-proxy.ts'
import { eventually, openWorld } from '../support/world.ts'

/** A proxy that forwards plain requests, and records to which hosts it shall connect. */
async function openProxy(): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = []
  const server = createServer((incoming, answer) => {
    asked.push(`${incoming.method} ${incoming.url}`)
    const { method, headers } = incoming
    const outgoing = request(incoming.url ?? '', { method: method ?? 'GET', headers }, (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers)
      response.pipe(answer)
    })
    outgoing.on('error', () => answer.destroy())
    incoming.pipe(outgoing)
  })
  server.on('connect', ({ method, url }, socket) => {
    asked.push(`${method} ${url}`)
    socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked }
}

test('with HTTPS_PROXY alone, HelpCrunch is asked through the proxy', async () => {
  const proxy = await openProxy()
  const world = await openWorld({
    env: { HTTPS_PROXY: proxy.url, HELPCRUNCH_API_URL: 'https://helpcrunch.example/v1' },
  })
  await world.start()
  expect(proxy.asked).toContain('CONNECT helpcrunch.example:443')
})

test('chats are assigned through HTTP_PROXY, and not through it where NO_PROXY names the host', async () => {
  const proxy = await openProxy()
  const world = await openWorld({ env: { HTTP_PROXY: proxy.url } })
  await world.start()
  world.account.openChat(null)
  await eventually(() => expect(world.assigned()).toHaveLength(1))
  expect(proxy.asked.some((line) => line.startsWith(`PUT ${world.standIn.url}/chats/assignee`))).toBe(true)
  await world.stop()
  proxy.asked.length = 0
  await world.start({ NO_PROXY: '127.0.0.1' })
  world.account.openChat(null)
  await eventually(() => expect(world.assigned()).toHaveLength(2))
  expect(proxy.asked).toEqual([])
})

test.for(['proxy.example:3128', 'socks5://proxy.example', 'http://me:hush@'])(
  'HTTPS_PROXY=%s stops the start, without the address in the message',
  (value) => {
    expect(() => useOutgoingProxy({ HTTPS_PROXY: value })).toThrow(
      /^HTTPS_PROXY is not usable; it should be the address of your proxy, such as http:\/\/proxy.example:3128$/,
    )
  },
)
