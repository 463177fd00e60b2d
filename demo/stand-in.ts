import { setTimeout as delay } from 'node:timers/promises'
import Fastify, { type FastifyReply, type FastifyRequest } from 'fastify'
import type { Account } from './account.ts'
import { describeMessage } from './chat.ts'
import { describeCustomer } from './customer.ts'
import type { Limiter } from './limiter.ts'
import { errorBody, type Call, type Mood, type Temper } from './moods.ts'

/** One request, as the API saw it: what every check of ours is held against. */
export interface Seen extends Call {
  readonly at: number
  readonly authorization: string | undefined
  status: number
}

interface Note {
  readonly chatId: number
  readonly text: string
  readonly type: string
  readonly agentId: number
}

export interface StandIn {
  /** The API's base address. */
  readonly url: string
  readonly seen: readonly Seen[]
  readonly notes: readonly Note[]
  /** Those that asked for an assignment. */
  puts(): readonly Seen[]
  setTemper(temper: Temper): void
  close(): Promise<void>
}

/** Looks like HelpCrunch's REST API v1 from the outside, as far as this service uses it. */
export async function openStandIn(parts: {
  account: Account
  apiKey: string
  limiter: Limiter
  edition?: 'en' | 'uk'
  host?: string
  port?: number
  onCall?: (call: Seen) => void
}): Promise<StandIn> {
  const { account, limiter, edition = 'en' } = parts
  const seen: Seen[] = []
  const notes: Note[] = []
  let temper: Temper = () => null
  const app = Fastify({ forceCloseConnections: true })

  app.addHook('onResponse', async (request, reply) => {
    const call = seenBy.get(request)
    if (call === undefined) return
    call.status = reply.statusCode
    parts.onCall?.(call)
  })
  app.addHook('preHandler', async (request, reply) => {
    const call = note(request)
    const refuse = (status: number) => reply.code(status).send(errorBody(status, edition, call.chatId))
    reply.type('application/json')
    const waitMs = limiter.take()
    if (waitMs > 0) return refuse(429)
    const mood = temper(call)
    if (mood !== null && (await yieldTo(mood, reply))) return reply
    if (call.authorization !== `Bearer ${parts.apiKey}`) return refuse(401)
  })

  const seenBy = new WeakMap<FastifyRequest, Seen>()
  function note(request: FastifyRequest): Seen {
    const body = (request.body ?? {}) as { id?: number; assignee?: number }
    const { id } = request.url.startsWith('/v1/chats/') ? (request.params as { id?: string }) : {}
    const call: Seen = {
      at: performance.now(),
      method: request.method,
      path: request.url,
      chatId: body.id ?? (id === undefined ? null : Number(id)),
      agentId: body.assignee ?? null,
      authorization: request.headers.authorization,
      status: 0,
    }
    seen.push(call)
    seenBy.set(request, call)
    return call
  }

  app.get('/v1/agents', (request) => page(request, account.agents))
  app.get('/v1/departments', (request) => page(request, account.departments.map(describeDepartment)))
  app.get<{ Params: { id: string } }>('/v1/chats/:id', (request, reply) => {
    const chat = account.chats.get(Number(request.params.id))
    if (chat === undefined || chat.isDeleted)
      return reply.code(404).send(errorBody(404, edition, Number(request.params.id)))
    return account.describeChat(chat)
  })
  app.post<{ Body: { filter: { value: number }[]; offset: number; limit: number } }>('/v1/chats/search', (request) => {
    const { filter, offset, limit } = request.body
    const since = (filter[0]?.value ?? 0) * 1000
    const found = [...account.chats.values()]
      .filter((chat) => !chat.isDeleted && chat.updatedAt >= since)
      .toSorted((a, b) => a.updatedAt - b.updatedAt)
    return { data: found.slice(offset, offset + limit).map(account.describeChat), meta: { total: found.length } }
  })
  app.post<{ Body: { chat: number; text: string; type: string; agent?: number } }>(
    '/v1/messages',
    ({ body }, reply) => {
      const { chat, text, type, agent } = body
      // Without an agent it would be the customer's message, and a customer writes no private notes.
      if (agent === undefined || !account.agents.some(({ id }) => id === agent))
        return reply.code(400).send(errorBody(400, edition))
      notes.push({ chatId: chat, text, type, agentId: agent })
      return { id: notes.length }
    },
  )
  app.get<{ Params: { id: string } }>('/v1/chats/:id/messages', (request, reply) => {
    const chat = account.chats.get(Number(request.params.id))
    if (chat === undefined || chat.isDeleted)
      return reply.code(404).send(errorBody(404, edition, Number(request.params.id)))
    const { data, meta } = page(
      request,
      chat.messages.toReversed().map((message) => describeMessage(message, account.agents)),
    )
    return edition === 'en' ? { data, ...meta } : { messages: data, ...meta }
  })
  app.get<{ Params: { id: string } }>('/v1/customers/:id', (request, reply) => {
    const customer = account.customers.get(Number(request.params.id))
    if (customer === undefined) return reply.code(404).send(errorBody(404, edition))
    return describeCustomer(customer, edition === 'uk')
  })
  app.get('/v1/organization', () => account.describeOrganization())
  app.put<{ Body: { id: number; department: number | null } }>('/v1/chats/department', (request, reply) => {
    const { id, department } = request.body
    const chat = account.chats.get(id)
    if (chat === undefined || chat.isDeleted) return reply.code(404).send(errorBody(404, edition, id))
    if (department !== null && !account.departments.some((known) => known.id === department))
      return reply.code(400).send(errorBody(400, edition))
    account.transfer(chat, department)
    return account.describeChat(chat)
  })
  app.put<{ Body: { id: number; assignee: number | null } }>('/v1/chats/assignee', (request, reply) => {
    const { id, assignee } = request.body
    const chat = account.chats.get(id)
    if (chat === undefined || chat.isDeleted) return reply.code(404).send(errorBody(404, edition, id))
    if (assignee !== null && !account.agents.some((agent) => agent.id === assignee)) {
      return reply.code(400).send(errorBody(400, edition))
    }
    account.assign(chat, assignee)
    return account.describeChat(chat)
  })

  function describeDepartment({ id, name, agentIds }: (typeof account.departments)[number]) {
    return { id, name, agents: account.agents.filter((agent) => agentIds.includes(agent.id)) }
  }

  await app.listen({ host: parts.host ?? '127.0.0.1', port: parts.port ?? 0 })
  const { port } = app.addresses()[0] as { port: number }
  return {
    url: `http://127.0.0.1:${port}/v1`,
    seen,
    notes,
    puts: () => seen.filter(({ method, path }) => method === 'PUT' && path.endsWith('/assignee')),
    setTemper(next) {
      temper = next
    },
    close: () => app.close(),
  }
}

/** @returns whether the call is answered, or never will be */
async function yieldTo(mood: Mood, reply: FastifyReply): Promise<boolean> {
  switch (mood.kind) {
    case 'answer':
      await reply
        .code(mood.status)
        .headers(mood.headers ?? {})
        .send(mood.body)
      return true
    case 'reset':
      reply.hijack().raw.socket?.resetAndDestroy()
      return true
    case 'hang':
      reply.hijack()
      return true
    case 'reset after':
      // By the time the headers would go out, the handler has done its work.
      reply.raw.writeHead = () => {
        reply.raw.socket?.resetAndDestroy()
        return reply.raw
      }
      return false
    case 'late':
      await delay(mood.ms)
      return false
  }
}

function page(request: FastifyRequest, all: readonly unknown[]) {
  const query = request.query as { offset?: string; limit?: string }
  const offset = Number(query.offset ?? 0)
  return { data: all.slice(offset, offset + Math.min(Number(query.limit ?? 100), 100)), meta: { total: all.length } }
}
