import { getHeapStatistics } from 'node:v8'
import cookie from '@fastify/cookie'
import underPressure from '@fastify/under-pressure'
import Fastify, { LogController, type FastifyBaseLogger, type FastifyInstance, type FastifyRequest } from 'fastify'
import type { Registry } from 'prom-client'
import type { Clock } from '../domain.ts'
import type { ApiParts, HttpParts } from './contract.ts'
import { createAccess, type Access } from './access/access.ts'
import { sessionKeyOf } from './access/session.ts'
import { api } from './api/api.ts'
import { whyRoute } from './api/why-route.ts'
import { createBasePath } from './base-path.ts'
import { answerClientError } from './client-error.ts'
import { healthRoutes } from './health-routes.ts'
import { notFound } from './not-found.ts'
import { pageRoutes } from '../web/page-routes.ts'
import { createRejectionLog } from './rejection-log.ts'
import { createRequestId } from './request-id.ts'
import { SECURITY_HEADERS } from './security-headers.ts'
import { senderAddress } from './sender-address.ts'
import { sendUnavailable } from './unavailable.ts'
import { createUnauthorized } from './unauthorized.ts'
import { webhookRoute } from './webhook-route.ts'

/** A slower sender is cut off; Fastify's default is to wait forever. */
const REQUEST_TIMEOUT_MS = 10_000
const IDLE_CONNECTION_TIMEOUT_MS = 30_000
const HEADERS_TIMEOUT_MS = 5000
const CONNECTIONS_CHECK_MS = 2000
/** Beyond these limits, accepting more would delay everything or end the process: senders are asked to come back. */
const MAX_EVENT_LOOP_DELAY_MS = 1000
const MAX_HEAP_SHARE = 0.85
/**
 * At closing, a sender that still sends after this time is cut off, so that a slow stranger cannot delay the closing.
 */
const CUT_OFF_MS = 2000
/** Paths that are answered during closing: the process is alive, and says why it is not ready. */
const STILL_ANSWERED = new Set(['/healthz', '/readyz'])

const NO_OPERATORS: Pick<Access, 'isOperator'> = { isOperator: () => false }

export interface Server {
  readonly app: FastifyInstance
  /** Answers 503 to every request from now on, except `/healthz` and `/readyz`: senders come back. */
  refuse(): void
}

/** Creates the server for webhooks, the API and the page. The caller starts listening. */
export function createServer(parts: {
  http: HttpParts
  registry: Registry
  clock: Clock
  logger: FastifyBaseLogger
  maxHeapBytes?: number
  /** Addresses and networks whose `X-Forwarded-For` is trusted. */
  trustedProxies?: readonly string[]
}): Server {
  const { http, clock, logger, trustedProxies = [] } = parts
  let isClosing = false
  const basePath = createBasePath(http.api?.access.publicUrl ?? null)
  const proxies = [...trustedProxies, ...(http.api?.access.trustedProxies ?? [])]
  const rejections = createRejectionLog(clock)
  const app = Fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    rewriteUrl: ({ url = '/' }) => basePath.strip(url),
    // A path with extra slashes is accepted.
    routerOptions: { ignoreTrailingSlash: true, ignoreDuplicateSlashes: true },
    genReqId: createRequestId,
    trustProxy: proxies.length === 0 ? false : proxies,
    clientErrorHandler: answerClientError,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionTimeout: IDLE_CONNECTION_TIMEOUT_MS,
    http: { headersTimeout: HEADERS_TIMEOUT_MS, connectionsCheckingInterval: CONNECTIONS_CHECK_MS },
  })
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(SECURITY_HEADERS).header('x-request-id', request.id)
    if (isClosing && !STILL_ANSWERED.has(request.url)) return sendUnavailable(reply, 'closing')
  })
  // A kept-alive connection would keep the server open until the sender closes it.
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
  // Each has a throttle of its own: wrong signatures do not lock an operator out.
  const unauthorized = () => createUnauthorized({ clock, logger, rejections })
  const ofOperators = unauthorized()
  void app.register(webhookRoute, { parts: http, clock, unauthorized: unauthorized(), rejections })
  void app.register(notFound, { parts: http, clock })
  const operators = http.api === undefined ? NO_OPERATORS : registerApi(http.api)
  void app.register(healthRoutes, {
    parts: http,
    registry: parts.registry,
    operators: { ...operators, unauthorized: ofOperators },
  })
  app.addHook('onClose', async () => rejections.close())

  function registerApi(apiParts: ApiParts): Pick<Access, 'isOperator'> {
    const access = createAccess(apiParts.access, clock, ofOperators)
    void app.register(cookie, { secret: sessionKeyOf(apiParts.access) ?? '' })
    void app.register(whyRoute, { parts: apiParts, unauthorized: ofOperators })
    void app.register(api, { prefix: '/api/v1', parts: apiParts, access })
    void app.register(pageRoutes, { publicUrl: apiParts.access.publicUrl })
    return access
  }

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
