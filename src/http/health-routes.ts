import type { FastifyPluginCallback, FastifyRequest } from 'fastify'
import type { Registry } from 'prom-client'
import type { Check } from '../domain.ts'
import { bearerOf, findToken, isSame } from './access/bearer-token.ts'
import type { HttpParts } from './contract.ts'

/** `GET /healthz`, `/readyz` and `/metrics`. */
export const healthRoutes: FastifyPluginCallback<{ parts: HttpParts; registry: Registry }> = (
  app,
  { parts, registry },
  done,
) => {
  const { tokens = [], metricsToken = null } = parts.api?.access ?? {}
  function hasToken({ headers }: FastifyRequest, other: string | null = null): boolean {
    const secret = bearerOf(headers.authorization)
    return secret !== null && (findToken(tokens, secret) !== null || (other !== null && isSame(secret, other)))
  }

  // A process that is busy is alive all the same: restarting it would help nobody.
  app.get('/healthz', { config: { pressureHandler: () => undefined } }, () => ({ status: 'alive' }))

  app.get('/readyz', async (request, reply) => {
    const { isReady, checks } = await parts.readiness()
    return reply.code(isReady ? 200 : 503).send({ checks: hasToken(request) ? checks : checks.map(withoutNames) })
  })

  app.get('/metrics', async (request, reply) => {
    if (metricsToken !== null && !hasToken(request, metricsToken))
      return reply.code(401).send({ error: 'METRICS_TOKEN missing or wrong' })
    return reply.type(registry.contentType).send(await registry.metrics())
  })

  done()
}

/** For who has no token: departments, people and files have names that are not for everyone. */
function withoutNames(check: Check): Check {
  const { name, detail } = check
  if (name === 'other router') return { ...check, detail: detail === 'none seen' ? detail : 'seen; the log says more' }
  if (name === 'routing')
    return { ...check, detail: /^(in force|last change refused)/.exec(detail)?.[0] ?? 'not readable' }
  return { ...check, detail: detail.replaceAll(/(?:file:)?\.{0,2}(?:\/[\w.@-]+){2,}/g, '…') }
}
