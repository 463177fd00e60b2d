import { getHeapStatistics } from 'node:v8'
import underPressure from '@fastify/under-pressure'
import Fastify, { LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify'
import type { Registry } from 'prom-client'
import type { Clock } from '../domain.ts'
import type { HttpParts } from './contract.ts'
import { api } from './api/api.ts'
import { whyRoute } from './api/why-route.ts'
import { createBasePath } from './base-path.ts'
import { healthRoutes } from './health-routes.ts'
import { pageRoutes } from '../web/page-routes.ts'
import { sendUnavailable, webhookRoute } from './webhook-route.ts'

/** A sender that is slower than this is cut off; Fastify's own default is to wait for ever. */
const REQUEST_TIMEOUT_MS = 10_000
const IDLE_CONNECTION_TIMEOUT_MS = 30_000
const HEADERS_TIMEOUT_MS = 5000
const CONNECTIONS_CHECK_MS = 2000
/** Beyond these, taking in more would make everything late, or end the process: senders are asked to come back. */
const MAX_EVENT_LOOP_DELAY_MS = 1000
const MAX_HEAP_SHARE = 0.85
/** While it closes: it is alive, and says why it is not ready. */
const STILL_ANSWERED = new Set(['/healthz', '/readyz'])

export interface Server {
  readonly app: FastifyInstance
  /** From now on every request but `/healthz` and `/readyz` is told to come back: 503. */
  refuse(): void
}

/** The way in. Listens only when its caller says so. */
export function createServer(parts: {
  http: HttpParts
  registry: Registry
  clock: Clock
  logger: FastifyBaseLogger
  maxHeapBytes?: number
}): Server {
  let isClosing = false
  const { api: apiParts } = parts.http
  const basePath = createBasePath(apiParts?.access.publicUrl ?? null)
  const proxies = apiParts?.access.trustedProxies ?? []
  const app = Fastify({
    rewriteUrl: ({ url = '/' }) => basePath.strip(url),
    trustProxy: proxies.length === 0 ? false : [...proxies],
    loggerInstance: parts.logger,
    logController: new LogController({ disableRequestLogging: true }),
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionTimeout: IDLE_CONNECTION_TIMEOUT_MS,
    http: { headersTimeout: HEADERS_TIMEOUT_MS, connectionsCheckingInterval: CONNECTIONS_CHECK_MS },
  })
  app.addHook('onRequest', async (request, reply) => {
    if (isClosing && !STILL_ANSWERED.has(request.url)) return sendUnavailable(reply, 'closing')
  })
  // A connection that is kept alive would keep the server open until the sender lets go of it.
  app.addHook('onSend', async (_request, reply) => {
    if (isClosing) reply.header('connection', 'close')
  })
  app.setErrorHandler(async (error: { statusCode?: number; message: string }, request, reply) => {
    const statusCode = error.statusCode ?? 500
    if (statusCode < 500) {
      request.log.warn({ statusCode, reason: error.message }, 'request rejected')
      return reply.code(statusCode).send({ error: error.message })
    }
    if (statusCode === 503) {
      request.log.warn({ statusCode, reason: error.message }, 'request turned away')
      return sendUnavailable(reply, 'overloaded')
    }
    request.log.error({ err: error, statusCode }, 'request failed')
    return sendUnavailable(reply, 'unexpected error, see the log')
  })
  void app.register(underPressure, {
    maxEventLoopDelay: MAX_EVENT_LOOP_DELAY_MS,
    maxHeapUsedBytes: parts.maxHeapBytes ?? MAX_HEAP_SHARE * getHeapStatistics().heap_size_limit,
  })
  void app.register(webhookRoute, { parts: parts.http, clock: parts.clock })
  if (apiParts !== undefined) {
    void app.register(whyRoute, { parts: apiParts })
    void app.register(api, { prefix: '/api/v1', parts: apiParts })
    void app.register(pageRoutes, { publicUrl: apiParts.access.publicUrl })
  }
  void app.register(healthRoutes, { parts: parts.http, registry: parts.registry })
  return {
    app,
    refuse() {
      isClosing = true
    },
  }
}
