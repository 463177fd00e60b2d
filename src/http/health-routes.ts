import type { FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify'
import type { Registry } from 'prom-client'
import type { Check } from '../domain.ts'
import type { HttpParts } from './contract.ts'
import type { Unauthorized } from './unauthorized.ts'

export interface HealthOptions {
  readonly parts: HttpParts
  readonly registry: Registry
  /** Who sees details and metrics; `null`: all who reach this port. */
  readonly operators: Operators | null
}

interface Operators {
  readonly isOperator: (request: FastifyRequest) => boolean
  readonly unauthorized: Unauthorized
}

/** `GET /healthz`, `/readyz` and `/metrics`. */
export const healthRoutes: FastifyPluginCallback<HealthOptions> = (app, { parts, registry, operators }, done) => {
  // A process that is busy is alive all the same: restarting it would not help.
  app.get('/healthz', { config: { pressureHandler: () => undefined } }, () => ({ status: 'alive' }))

  app.get('/readyz', async (request, reply) => {
    const isAnonymous = operators !== null && request.headers.authorization === undefined
    if (!isAnonymous && !admit(request, reply)) return reply
    const { isReady, checks } = await parts.readiness()
    return reply.code(isReady ? 200 : 503).send({ checks: isAnonymous ? withoutNames(checks) : checks })
  })

  app.get('/metrics', async (request, reply) => {
    if (!admit(request, reply)) return reply
    return reply.type(registry.contentType).send(await registry.metrics())
  })

  /** Whether the request is an operator's; answered if not. */
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

const NEEDS_TOKEN = 'details need a token, or OPERATIONS_PORT'

/**
 * Details name departments, people and files, and accounts are customers. Of several accounts a check fails where it fails
 * for one.
 */
function withoutNames(checks: readonly Check[]): Pick<Check, 'name' | 'ok'>[] {
  const byName = Map.groupBy(checks, ({ name }) => name)
  return Array.from(byName, ([name, same]) => ({ name, ok: same.every(({ ok }) => ok) }))
}
