import autocannon, { type Client } from 'autocannon'
import type { SignedWebhook } from './help-crunch.ts'
import { percentile } from './statistics.ts'

/** Webhooks to send over kept-alive connections, each connection sending its next one when it has its answer. */
export interface LoadJob {
  readonly url: string
  readonly connections: number
  readonly webhooks: readonly SignedWebhook[]
}

export interface LoadResult {
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  /** Since 1970, for comparing with other processes. */
  readonly startedAt: number
  readonly endedAt: number
}

const ACCEPTED = '{"status":"accepted"}'

/** Sends them all. Every request is built before the first one leaves. */
function send({ url, connections, webhooks }: LoadJob): Promise<LoadResult> {
  const perConnection = webhooks.length / connections
  if (!Number.isInteger(perConnection)) throw new Error('every connection sends as many webhooks as any other')
  const requests = webhooks.map(({ body, signature }) => ({
    method: 'POST' as const,
    path: new URL(url).pathname,
    headers: { 'content-type': 'application/json', 'x-helpcrunch-signature': signature },
    body,
  }))
  const latenciesMs: number[] = []
  const connected = new Set<Client>()
  let handedOut = 0
  let startedAt = 0
  let endedAt = 0
  const options = {
    url,
    connections,
    amount: webhooks.length,
    expectBody: ACCEPTED,
    // The longest that it takes to notice the end.
    sampleInt: 10,
    setupClient(client: Client) {
      client.setRequests(requests.slice(handedOut, handedOut + perConnection))
      handedOut += perConnection
    },
  }
  const { promise, resolve, reject } = Promise.withResolvers<LoadResult>()
  const instance = autocannon(options, (error: Error | null, result) => {
    if (error !== null) return reject(error)
    const { errors, mismatches, '2xx': answered200 } = result
    if (answered200 !== webhooks.length || errors > 0 || mismatches > 0) {
      const counts = `${answered200} times 200, ${mismatches} times another body than ${ACCEPTED}, ${errors} errors`
      return reject(new Error(`${webhooks.length} webhooks sent to ${url}: ${counts}`))
    }
    const perSecond = (webhooks.length / (endedAt - startedAt)) * 1000
    resolve({
      perSecond,
      p50Ms: percentile(latenciesMs, 0.5),
      p99Ms: percentile(latenciesMs, 0.99),
      startedAt: performance.timeOrigin + startedAt,
      endedAt: performance.timeOrigin + endedAt,
    })
  })
  // By now all requests are built, and the connections are about to be opened.
  startedAt = performance.now()
  instance.on('response', (client, _status, _bytes, latencyMs) => {
    endedAt = performance.now()
    // A connection's first request has waited for the requests of the others to be built.
    if (connected.has(client)) latenciesMs.push(latencyMs)
    else connected.add(client)
  })
  return promise
}

// Whoever started this has gone.
process.once('disconnect', () => process.exit())
process.on('message', async (job: LoadJob) => {
  try {
    process.send?.(await send(job))
  } catch (error) {
    process.send?.({ error: (error as Error).message })
  }
})
