import Fastify, { LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify'
import type { Registry } from 'prom-client'
import { answerClientError } from './client-error.ts'
import type { HttpParts } from './contract.ts'
import { healthRoutes } from './health-routes.ts'

const REQUEST_TIMEOUT_MS = 10_000

/**
 * Serves `GET /healthz`, `/readyz` and `/metrics` with all details, on a port of its own that only operators can reach.
 * It also answers while the service closes, and while the webhook server is overloaded. The caller starts listening.
 */
export function createOperationsServer(parts: {
  http: HttpParts
  registry: Registry
  logger: FastifyBaseLogger
}): FastifyInstance {
  const app = Fastify({
    loggerInstance: parts.logger,
    logController: new LogController({ disableRequestLogging: true }),
    requestTimeout: REQUEST_TIMEOUT_MS,
    clientErrorHandler: answerClientError,
    forceCloseConnections: true,
  })
  void app.register(healthRoutes, { parts: parts.http, registry: parts.registry, operators: null })
  return app
}
