import { Agent, createServer, request, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { systemClock } from '../../src/clock.ts'
import { createAccount, type Envelope } from '../../demo/account.ts'
import { sign } from '../../demo/sender.ts'
import { AGENTS, DEPARTMENTS } from '../../demo/team.ts'
import { SIGNING_KEY } from '../help-crunch.ts'

const REPEAT_MS = 500
const CONNECTIONS = 64

/** An account's name, which is its API key, too. */
export const nameOf = (index: number): string => `account-${index}`

/**
 * Many accounts of HelpCrunch behind one address, each known by its API key, and their webhooks. As cheap as can be: it runs
 * on the cores of what is measured.
 */
export async function openManyAccounts(count: number) {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS })
  const counts = { opened: 0, assigned: 0, repeated: 0, waitsMs: [] as number[] }
  const openedAt = new Map<string, number>()
  let urls: readonly string[] = []
  let turn = 0

  function post(account: string, envelope: Envelope): void {
    const { chatId: _chatId, ...rest } = envelope
    const body = JSON.stringify({ ...rest, attempts: 0, lastAttemptAt: envelope.createdAt })
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      'x-helpcrunch-signature': sign(body, SIGNING_KEY),
    }
    turn += 1
    const again = () => {
      counts.repeated += 1
      setTimeout(post, REPEAT_MS, account, envelope)
    }
    const url = `${urls[turn % urls.length]}/webhooks/helpcrunch/${account}`
    request(url, { method: 'POST', agent, headers }, (response) => {
      response.resume()
      if (response.statusCode !== 200) again()
    })
      .on('error', again)
      .end(body)
  }

  const accounts = Array.from({ length: count }, (_each, index) =>
    createAccount({
      agents: AGENTS,
      departments: DEPARTMENTS,
      clock: systemClock,
      emit: (envelope) => post(nameOf(index), envelope),
    }),
  )

  async function answer(incoming: IncomingMessage): Promise<object> {
    const name = (incoming.headers.authorization ?? '').replace('Bearer ', '')
    const account = accounts[Number(name.replace('account-', ''))]
    const path = incoming.url ?? ''
    if (account === undefined) throw new Error(`no account has the key "${name}"`)
    if (path.startsWith('/v1/agents')) return { data: AGENTS }
    if (path.startsWith('/v1/departments')) return { data: DEPARTMENTS.map(describeDepartment) }
    if (path.startsWith('/v1/chats/search')) return { data: [] }
    if (!path.startsWith('/v1/chats/assignee')) throw new Error(`unknown: ${path}`)
    const at = performance.now()
    const { id, assignee } = JSON.parse(await read(incoming)) as { id: number; assignee: number }
    const key = `${name} ${id}`
    counts.waitsMs.push(at - (openedAt.get(key) ?? Number.NaN))
    // A second PUT for the same chat would not be counted.
    if (openedAt.delete(key)) counts.assigned += 1
    const chat = account.chats.get(id)
    if (chat === undefined) throw new Error(`no chat ${id}`)
    account.assign(chat, assignee)
    // Nobody asks for it any more.
    account.chats.delete(id)
    return account.describeChat(chat)
  }

  const server = createServer((incoming, response) => {
    void answer(incoming).then(
      (body) => response.setHeader('content-type', 'application/json').end(JSON.stringify(body)),
      (error: unknown) => response.writeHead(500).end(String(error)),
    )
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => void server.once('listening', resolve))
  let next = 0

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    accounts: count,
    counts,
    setUrls: (to: readonly string[]) => void (urls = to),
    /** In the next account. */
    openChat(): void {
      const index = next % count
      next += 1
      const sentAt = performance.now()
      const chat = (accounts[index] as (typeof accounts)[number]).openChat(DEPARTMENTS[next % 3]?.id ?? null)
      openedAt.set(`${nameOf(index)} ${chat.id}`, sentAt)
      counts.opened += 1
    },
  }
}

async function read(incoming: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of incoming) text += String(chunk)
  return text
}

function describeDepartment({ id, name, agentIds }: (typeof DEPARTMENTS)[number]) {
  return { id, name, agents: AGENTS.filter((each) => agentIds.includes(each.id)) }
}
