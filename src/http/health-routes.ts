import type { FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify'
import type { Registry } from 'prom-client'
import type { Check } from '../domain.ts'
import type { HttpParts } from './contract.ts'
import type { Unauthorized } from './unauthorized.ts'

export interface HealthOptions {
  readonly parts: HttpParts
  readonly registry: Registry
  /** Who may see details and metrics; `null`: everyone who reaches this port. */
  readonly operators: Operators | null
}

interface Operators {
  readonly isOperator: (request: FastifyRequest) => boolean
  readonly unauthorized: Unauthorized
}

/** `GET /healthz`, `/readyz` and `/metrics`. */
export const healthRoutes: FastifyPluginCallback<HealthOptions> = (app, { parts, registry, operators }, done) => {
  // Also answered under overload: a busy process is alive, and a restart would not help.
  app.get('/healthz', { config: { pressureHandler: () => undefined } }, () => ({ status: 'alive' }))

  app.get('/readyz', async (request, reply) => {
    const hasToken = request.headers.authorization !== undefined
    if (hasToken && !admit(request, reply)) return reply
    const isOperator = operators === null || hasToken || operators.isOperator(request)
    const { isReady, checks } = await parts.readiness()
    return reply.code(isReady ? 200 : 503).send({ checks: isOperator ? checks : withoutNames(checks) })
  })

  app.get('/metrics', async (request, reply) => {
    if (!admit(request, reply)) return reply
    return reply.type(registry.contentType).send(await registry.metrics())
  })

  /** Whether the request is an operator's; if not, answers it. */
  function admit(request: FastifyRequest, reply: FastifyReply): boolean {
    if (operators === null) return true
    const { isOperator, unauthorized } = operators
    if (unauthorized.isBarred(request, reply)) return false
    if (isOperator(request)) return true
    unauthorized.reject(request, reply, { message: `request rejected: ${NEEDS_TOKEN}`, error: NEEDS_TOKEN })
    return false
  }

  done()
}

const NEEDS_TOKEN = 'details need a token, a session or OPERATIONS_PORT'

/**
 * The checks without details, which name departments, people and files, and without accounts, which are customers. A
 * check of several accounts fails if it fails for one.
 */
function withoutNames(checks: readonly Check[]): Pick<Check, 'name' | 'ok'>[] {
  const byName = Map.groupBy(checks, ({ name }) => name)
  return Array.from(byName, ([name, same]) => ({ name, ok: same.every(({ ok }) => ok) }))
}
