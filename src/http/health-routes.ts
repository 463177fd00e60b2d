import type { FastifyPluginCallback } from 'fastify'
import type { Registry } from 'prom-client'
import type { HttpParts } from './contract.ts'

/** `GET /healthz`, `/readyz` and `/metrics`. */
export const healthRoutes: FastifyPluginCallback<{ parts: HttpParts; registry: Registry }> = (
  app,
  { parts, registry },
  done,
) => {
  // A process that is busy is alive all the same: restarting it would help nobody.
  app.get('/healthz', { config: { pressureHandler: () => undefined } }, () => ({ status: 'alive' }))

  app.get('/readyz', async (_request, reply) => {
    const { isReady, checks } = await parts.readiness()
    return reply.code(isReady ? 200 : 503).send({ checks })
  })

  app.get('/metrics', async (_request, reply) => reply.type(registry.contentType).send(await registry.metrics()))

  done()
}
