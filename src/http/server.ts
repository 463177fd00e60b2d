import { getHeapStatistics } from 'node:v8'
import underPressure from '@fastify/under-pressure'
import Fastify, { LogController, type FastifyBaseLogger, type FastifyInstance, type FastifyRequest } from 'fastify'
import type { Registry } from 'prom-client'
import type { Clock } from '../domain.ts'
import type { HttpParts } from './contract.ts'
import { apiRoutes } from './api-routes.ts'
import { hasBearer } from './bearer.ts'
import { answerClientError } from './client-error.ts'
import { healthRoutes } from './health-routes.ts'
import { notFound } from './not-found.ts'
import { createRejectionLog } from './rejection-log.ts'
import { createRequestId } from './request-id.ts'
import { SECURITY_HEADERS } from './security-headers.ts'
import { senderAddress } from './sender-address.ts'
import { sendUnavailable } from './unavailable.ts'
import { createUnauthorized } from './unauthorized.ts'
import { webhookRoute } from './webhook-route.ts'

/** A sender that is slower than this is cut off; Fastify's own default is to wait for ever. */
const REQUEST_TIMEOUT_MS = 10_000
const IDLE_CONNECTION_TIMEOUT_MS = 30_000
const HEADERS_TIMEOUT_MS = 5000
const CONNECTIONS_CHECK_MS = 2000
/** Beyond these, taking in more would make everything late, or end the process: senders are asked to come back. */
const MAX_EVENT_LOOP_DELAY_MS = 1000
const MAX_HEAP_SHARE = 0.85
/** While it closes, a sender that is still sending by then is cut off: a slow stranger does not decide how long closing takes. */
const CUT_OFF_MS = 2000
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
  /** Addresses and networks whose `X-Forwarded-For` is believed. */
  trustedProxies?: readonly string[]
}): Server {
  const { http, clock, logger, trustedProxies = [] } = parts
  let isClosing = false
  const rejections = createRejectionLog(clock)
  const app = Fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    // An address that was typed with a slash too many is understood.
    routerOptions: { ignoreTrailingSlash: true, ignoreDuplicateSlashes: true },
    genReqId: createRequestId,
    trustProxy: trustedProxies.length === 0 ? false : [...trustedProxies],
    clientErrorHandler: answerClientError,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionTimeout: IDLE_CONNECTION_TIMEOUT_MS,
    http: { headersTimeout: HEADERS_TIMEOUT_MS, connectionsCheckingInterval: CONNECTIONS_CHECK_MS },
  })
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(SECURITY_HEADERS).header('x-request-id', request.id)
    if (isClosing && !STILL_ANSWERED.has(request.url)) return sendUnavailable(reply, 'closing')
  })
  // A connection that is kept alive would keep the server open until the sender lets go of it.
  app.addHook('onSend', async (_request, reply) => {
    if (isClosing) reply.header('connection', 'close')
  })
  app.setErrorHandler(async (error: { statusCode?: number; message: string }, request, reply) => {
    const statusCode = error.statusCode ?? 500
    if (statusCode < 500) {
      reject('request rejected', request, { statusCode, reason: error.message })
      return reply.code(statusCode).send({ error: error.message })
    }
    if (statusCode === 503) {
      reject('request turned away', request, { statusCode, reason: error.message })
      return sendUnavailable(reply, 'overloaded')
    }
    request.log.error({ err: error, statusCode }, 'request failed')
    return sendUnavailable(reply, 'unexpected error, see the log')
  })
  void app.register(underPressure, {
    maxEventLoopDelay: MAX_EVENT_LOOP_DELAY_MS,
    maxHeapUsedBytes: parts.maxHeapBytes ?? MAX_HEAP_SHARE * getHeapStatistics().heap_size_limit,
  })
  // Each has a throttle of its own: a wrong signature does not keep an operator out.
  const unauthorized = () => createUnauthorized({ clock, logger, rejections })
  const ofOperators = unauthorized()
  const isOperator = (request: FastifyRequest) => hasBearer(request, http.adminToken)
  void app.register(webhookRoute, { parts: http, clock, unauthorized: unauthorized(), rejections })
  void app.register(notFound, { parts: http, clock })
  void app.register(apiRoutes, { parts: http, unauthorized: ofOperators })
  const operators = { isOperator, unauthorized: ofOperators }
  void app.register(healthRoutes, { parts: http, registry: parts.registry, operators })
  app.addHook('onClose', async () => rejections.close())

  function reject(message: string, request: FastifyRequest, fact: object): void {
    rejections.reject({ logger, message, address: senderAddress(request), fact: { ...fact, requestId: request.id } })
  }

  return {
    app,
    refuse() {
      isClosing = true
      const cancel = clock.after(CUT_OFF_MS, () => app.server.closeAllConnections())
      app.server.once('close', cancel)
    },
  }
}
