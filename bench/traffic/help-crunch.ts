import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TrafficSetup } from './contract.ts'
import { API_KEY, describeAgent, describeChat, SEEDED_DEPARTMENT, type ChatState } from './wire.ts'

const PAGE = 100

/** A PUT as it arrived. */
export interface Put {
  readonly apiKey: string
  readonly chatId: number
  readonly agentId: number
  /** By `performance.now()`. */
  readonly at: number
}

/**
 * As much of HelpCrunch's REST API v1 as the service needs to assign chats, as cheap as possible, and without a limit:
 * the demo's stand-in would limit a benchmark.
 * @param departments of the chats that have been opened; any other chat was seeded
 */
export async function openHelpCrunch(
  setup: TrafficSetup,
  departments: ReadonlyMap<number, number>,
  onPut: (put: Put) => void,
): Promise<{ url: string }> {
  const agents = Array.from({ length: setup.agents }, (_each, index) => describeAgent(index + 1))
  const roster = setup.departments.map(({ id, first, last }) => ({
    id,
    name: `Department ${id}`,
    agents: agents.slice(first - 1, last),
  }))
  const describe = (id: number, assigneeId: number | null): ChatState => ({
    id,
    departmentId: departments.get(id) ?? SEEDED_DEPARTMENT,
    assigneeId,
    status: assigneeId === null ? 'new' : 'opened',
  })

  function answer(method: string, path: string, text: string, apiKey: string, at: number): object | null {
    if (method === 'PUT' && path === '/v1/chats/assignee') {
      const { id, assignee } = JSON.parse(text) as { id: number; assignee: number }
      onPut({ apiKey, chatId: id, agentId: assignee, at })
      return describeChat(describe(id, assignee))
    }
    if (path.startsWith('/v1/agents')) return pageOf(agents, path)
    if (path.startsWith('/v1/departments')) return pageOf(roster, path)
    if (path.startsWith('/v1/chats/search')) return { data: [], meta: { total: 0 } }
    const [, chatId] = /^\/v1\/chats\/(\d+)$/.exec(path) ?? []
    return chatId === undefined ? null : describeChat(describe(Number(chatId), null))
  }

  const server = createServer((request, response) => {
    const at = performance.now()
    read(request, (text) => {
      const apiKey = (request.headers.authorization ?? '').replace('Bearer ', '')
      const isKnown = setup.accounts > 1 || apiKey === API_KEY
      const body = isKnown ? answer(request.method ?? '', request.url ?? '', text, apiKey, at) : null
      response.writeHead(body === null ? 404 : 200, { 'content-type': 'application/json' })
      response.end(JSON.stringify(body ?? { message: 'not found' }))
    })
  })
  server.keepAliveTimeout = 60_000
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1` }
}

function read(request: IncomingMessage, onText: (text: string) => void): void {
  let text = ''
  request.setEncoding('utf8')
  request.on('data', (chunk: string) => void (text += chunk))
  request.on('end', () => onText(text))
}

function pageOf(all: readonly object[], path: string) {
  const { searchParams } = new URL(path, 'http://localhost')
  const offset = Number(searchParams.get('offset') ?? 0)
  const limit = Math.min(Number(searchParams.get('limit') ?? PAGE), PAGE)
  return { data: all.slice(offset, offset + limit), meta: { total: all.length } }
}
