import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'

/** `GET /openapi.json`, and `GET /docs` to read and try it in a browser. */
export async function docsRoutes(app: FastifyInstance, publicUrl: URL | null): Promise<void> {
  app.get('/openapi.json', { schema: { hide: true } }, () => app.swagger())
  const basePath = (publicUrl?.pathname ?? '/').replace(/\/$/, '')
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    // Allows the documentation's own scripts and styles, in place of the policy for all other answers.
    staticCSP: true,
    ...(basePath === '' ? {} : { indexPrefix: basePath }),
  })
}
