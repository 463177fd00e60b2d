import autocannon, { type Client } from 'autocannon'
import { percentile } from './statistics.ts'
import { signWebhook, TEAM } from './traffic/wire.ts'

/** Webhooks of new chats over kept-alive connections, each connection sending its next one when it has its answer. */
export interface LoadJob {
  readonly url: string
  readonly connections: number
  readonly webhooks: number
}

export interface LoadResult {
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  /** CPU of this process, from the first request until the last answer, in cores. */
  readonly cpuShare: number
  /** Since 1970, for comparing with other processes. */
  readonly startedAt: number
  readonly endedAt: number
}

const ACCEPTED = '{"status":"accepted"}'
// Several of these processes may send to one account.
let lastChatId = Number(process.argv[2])

/** Sends them all. Every request is built before the first one leaves. */
function send({ url, connections, webhooks }: LoadJob): Promise<LoadResult> {
  const perConnection = webhooks / connections
  if (!Number.isInteger(perConnection)) throw new Error('every connection sends as many webhooks as any other')
  const requests = Array.from({ length: webhooks }, () => requestTo(new URL(url).pathname))
  const latenciesMs: number[] = []
  const connected = new Set<Client>()
  let handedOut = 0
  let startedAt = 0
  let endedAt = 0
  const options = {
    url,
    connections,
    amount: webhooks,
    expectBody: ACCEPTED,
    // The longest time until the end is noticed.
    sampleInt: 10,
    setupClient(client: Client) {
      client.setRequests(requests.slice(handedOut, handedOut + perConnection))
      handedOut += perConnection
    },
  }
  const { promise, resolve, reject } = Promise.withResolvers<LoadResult>()
  let cpu = process.cpuUsage()
  const instance = autocannon(options, (error: Error | null, result) => {
    if (error !== null) return reject(error)
    const { errors, mismatches, non2xx, '2xx': answered200 } = result
    if (answered200 !== webhooks || errors > 0 || mismatches > 0) {
      const counts = `${answered200} times 200, ${non2xx} times another status, ${mismatches} times another body than ${ACCEPTED}, ${errors} errors`
      return reject(new Error(`${webhooks} webhooks sent to ${url}: ${counts}`))
    }
    resolve({
      perSecond: (webhooks / (endedAt - startedAt)) * 1000,
      p50Ms: percentile(latenciesMs, 0.5),
      p99Ms: percentile(latenciesMs, 0.99),
      cpuShare: (cpu.user + cpu.system) / 1000 / (endedAt - startedAt),
      startedAt: performance.timeOrigin + startedAt,
      endedAt: performance.timeOrigin + endedAt,
    })
  })
  // By now all requests are built, and the connections are about to be opened.
  startedAt = performance.now()
  const cpuBefore = process.cpuUsage()
  instance.on('response', (client, _status, _bytes, latencyMs) => {
    endedAt = performance.now()
    // A connection's first request has waited for the requests of the others to be built.
    if (connected.has(client)) latenciesMs.push(latencyMs)
    else connected.add(client)
    if (latenciesMs.length + connected.size === webhooks) cpu = process.cpuUsage(cpuBefore)
  })
  return promise
}

function requestTo(path: string) {
  lastChatId += 1
  const departmentId = TEAM.departments[lastChatId % TEAM.departments.length]?.id as number
  const { body, signature } = signWebhook('chat.new', { id: lastChatId, departmentId, assigneeId: null, status: 'new' })
  const headers = { 'content-type': 'application/json', 'x-helpcrunch-signature': signature }
  return { method: 'POST' as const, path, headers, body }
}

// The process that started this one has ended.
process.once('disconnect', () => process.exit())
process.on('message', async (job: LoadJob) => {
  try {
    process.send?.(await send(job))
  } catch (error) {
    process.send?.({ error: (error as Error).message })
  }
})
