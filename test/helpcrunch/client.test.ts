import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { createClient } from '../../src/helpcrunch/client.ts'
import type { CustomerId } from '../../src/domain.ts'
import { agentId, chatId } from '../support/events.ts'

async function clientOf(listener: RequestListener, timeoutMs = 1000) {
  const server = createServer(listener)
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return createClient({ apiUrl: `http://127.0.0.1:${port}/v1`, apiKey: 'the-key', timeoutMs, clock: systemClock })
}

/** A long answer instead of an endless one, so that the test ends. */
function* endless(): Generator<Buffer> {
  for (let mebibyte = 0; mebibyte < 500; mebibyte += 1) yield Buffer.alloc(1 << 20, 'x')
}

test('an assignment is one PUT with the key, the chat and the agent', async () => {
  const seen: unknown[] = []
  const client = await clientOf((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      seen.push([request.method, request.url, request.headers.authorization, JSON.parse(body)])
      response.end('{"id": 5, "status": "opened", "assignee": {"id": "7"}, "department": {"id": 3}}')
    })
  })
  expect(await client.assign(chatId(5), agentId(7), () => undefined)).toMatchObject({
    kind: 'ok',
    body: { status: 'opened', assigneeId: 7, departmentId: 3 },
  })
  expect(seen).toEqual([['PUT', '/v1/chats/assignee', 'Bearer the-key', { id: 5, assignee: 7 }]])
})

test('an assignment does not leave once its lease is lost: on a new connection, and on one that is kept', async () => {
  const seen: unknown[] = []
  const client = await clientOf((request, response) => {
    seen.push(request.method)
    response.end('{"id": 5, "assignee": {"id": "7"}}')
  })
  const lost = new Error('the lease is lost')
  const refuseFrom = (turn: number) => () => {
    if ((turn -= 1) < 0) throw lost
  }
  // The lease is lost before there is a connection, and while it is made.
  for (const turn of [0, 1]) await expect(client.assign(chatId(5), agentId(7), refuseFrom(turn))).rejects.toBe(lost)
  expect(await client.assign(chatId(5), agentId(7), () => undefined)).toMatchObject({ kind: 'ok' })
  await expect(client.assign(chatId(5), agentId(7), refuseFrom(0))).rejects.toBe(lost)
  expect(seen).toEqual(['PUT'])
})

test('lists are read as they come, without the entries that make no sense', async () => {
  const client = await clientOf((request, response) => {
    expect(request.url).toBe('/v1/departments?offset=100&limit=100')
    response.end(
      '{"data": [{"id": 1, "name": "Sales", "agents": [{"id": 4}, {"id": null}]}, null, {"id": "x"}], "meta": {"total": 1}}',
    )
  })
  expect(await client.listDepartments(100, 100)).toMatchObject({
    kind: 'ok',
    body: { entries: [{ id: 1, name: 'Sales', agentIds: [4] }], size: 3 },
  })
})

test('an answer without a list is a failure, not an empty list', async () => {
  const client = await clientOf((_request, response) => response.end('{}'))
  expect(await client.listAgents(0, 100)).toHaveProperty('kind', 'failed')
})

test('a private note carries its agent: without one it would count as the customer’s message', async () => {
  const bodies: unknown[] = []
  const client = await clientOf((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      bodies.push([request.method, request.url, JSON.parse(body)])
      response.end('{"id": 1}')
    })
  })
  await client.addNote(chatId(5), 'so', agentId(7))
  expect(bodies).toEqual([['POST', '/v1/messages', { chat: 5, text: 'so', type: 'private', agent: 7 }]])
})

test('a customer is read by id, bare or under data, and never another one', async () => {
  let body = '{"id": 7, "locale": "fr", "tags": [{"name": "vip"}]}'
  const client = await clientOf((request, response) => {
    expect([request.method, request.url]).toEqual(['GET', '/v1/customers/7'])
    response.end(body)
  })
  const read = () => client.getCustomer(7 as CustomerId)
  expect(await read()).toMatchObject({ kind: 'ok', body: { locale: 'fr', tags: ['vip'] } })
  body = `{"data": ${body}}`
  expect(await read()).toMatchObject({ kind: 'ok', body: { locale: 'fr', tags: ['vip'] } })
  body = '{"id": 8, "locale": "fr"}'
  expect(await read()).toHaveProperty('kind', 'failed')
  body = '[]'
  expect(await read()).toHaveProperty('kind', 'failed')
})

test('the organization says whether the team is online', async () => {
  let body = '{"data": {"id": 1, "domain": "acme", "teamOnline": true, "chatEnabled": "0"}}'
  const client = await clientOf((request, response) => {
    expect(request.url).toBe('/v1/organization')
    response.end(body)
  })
  expect(await client.getOrganization()).toMatchObject({
    kind: 'ok',
    body: { domain: 'acme', teamOnline: true, chatEnabled: false },
  })
  body = '{"data": {"teamOnline": null}}'
  expect(await client.getOrganization()).toMatchObject({
    body: { domain: null, teamOnline: null, chatEnabled: null },
  })
})

test('a chat of a search has what is needed to leave it alone', async () => {
  const client = await clientOf((_request, response) =>
    response.end(
      '{"data": [{"id": 5, "status": "no communication", "createdWith": "agent_message", "lastCustomerMessageAt": null, "agents": {"id": 7, "name": "Ann"}, "lastCommunicatedAgentId": 7, "readByAgent": true}]}',
    ),
  )
  expect(await client.searchChats(0, 0, 100)).toMatchObject({
    body: {
      entries: [
        {
          id: 5,
          lastCustomerMessageAt: null,
          facts: { isBroadcastReply: false, channel: null },
          snapshot: {
            createdWith: 'agent_message',
            communicatedAgents: [{ id: 7, name: 'Ann' }],
            lastCommunicatedAgentId: 7,
            readByAgent: true,
          },
        },
      ],
    },
  })
})

test('agents are listed with their role', async () => {
  const client = await clientOf((_request, response) =>
    response.end('{"data": [{"id": 2, "name": "HelpBot", "role": "admin"}, {"id": 3, "name": "Ann"}]}'),
  )
  expect(await client.listAgents(0, 100)).toMatchObject({
    body: {
      entries: [
        { id: 2, name: 'HelpBot', role: 'admin' },
        { id: 3, role: null },
      ],
    },
  })
})

describe('an error on the way is one failure with a reason', () => {
  test.for<[string, RequestListener, string]>([
    ['a reset', (request) => void request.socket.resetAndDestroy(), 'ECONNRESET'],
    ['no answer in time', () => undefined, 'ETIMEDOUT'],
    [
      'a redirect, which is not followed',
      (_request, response) => response.writeHead(302, { location: '/v1/agents' }).end(),
      'HTTP 302',
    ],
    [
      'a reset in the middle of the answer',
      (request, response) => {
        response.writeHead(200, { 'content-length': 1000 }).write('{"id"')
        setImmediate(() => request.socket.resetAndDestroy())
      },
      'ERR_HTTP_CONTENT_LENGTH_MISMATCH',
    ],
  ])('%s', async ([, listener, reason]) => {
    let calls = 0
    const client = await clientOf((request, response) => {
      calls += 1
      listener(request, response)
    }, 300)
    expect(await client.assign(chatId(5), agentId(7), () => undefined)).toEqual({ kind: 'failed', reason })
    expect(calls).toBe(1)
  })

  test('an answer without end is cut off', async () => {
    const client = await clientOf((_request, response) => {
      pipeline(Readable.from(endless()), response).catch(() => undefined)
    }, 10_000)
    expect(await client.getChat(chatId(5))).toEqual({ kind: 'failed', reason: 'answer larger than 4194304 bytes' })
  })
})
