import { fastifySSE } from '@fastify/sse'
import swagger from '@fastify/swagger'
import type { FastifyInstance, FastifyPluginAsync } from 'fastify'
import type { Access } from '../access/access.ts'
import type { ApiParts } from '../contract.ts'
import { accountRoutes } from './account-routes.ts'
import { actRoutes } from './act-routes.ts'
import { sendApiError, ApiError } from './api-error.ts'
import { chatRoutes } from './chat-routes.ts'
import { docsRoutes } from './docs-routes.ts'
import { eventStream } from './event-stream.ts'
import { createFeeds } from './feeds.ts'
import { listRoutes } from './list-routes.ts'
import { nowRoutes } from './now-routes.ts'
import { reportRoutes } from './report-routes.ts'
import { createRequestContext } from './request-context.ts'
import { rulesRoutes } from './rules-routes.ts'
import { sessionRoutes } from './session-routes.ts'

/** All routes under `/api/v1`, which the page uses, with their description in OpenAPI. */
export const api: FastifyPluginAsync<{ parts: ApiParts; access: Access }> = async (app, { parts, access }) => {
  app.setErrorHandler(sendApiError)
  app.setNotFoundHandler((request) => {
    throw new ApiError(404, 'not_found', `there is no ${request.method} ${request.url.split('?')[0]}`)
  })
  await app.register(fastifySSE, { heartbeatInterval: 0 })
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'helpcrunch-autoassign', version: '1', description: DESCRIPTION },
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
      security: [{ token: [] }],
    },
  })
  await app.register(async (open) => sessionRoutes(open, access, parts))
  await app.register(async (closed) => addClosedRoutes(closed, access, parts))
}

const DESCRIPTION = `All that the page shows and does. Times are milliseconds since the epoch. GET changes nothing. An act takes an
Idempotency-Key header: two requests with the same key are one act.`

/** Adds the routes that need a login. */
async function addClosedRoutes(app: FastifyInstance, access: Access, parts: ApiParts): Promise<void> {
  const context = createRequestContext(app, access, parts)
  const feeds = createFeeds(parts.accounts, parts.clock)
  app.addHook('preClose', async () => feeds.close())
  const route = { context, feeds, clock: parts.clock }
  await docsRoutes(app, parts.access.publicUrl)
  accountRoutes(app, context, parts)
  nowRoutes(app, route)
  listRoutes(app, route)
  chatRoutes(app, route)
  reportRoutes(app, route)
  rulesRoutes(app, route)
  actRoutes(app, route)
  eventStream(app, route)
}
