import type { FastifyPluginCallback } from 'fastify'
import type { ChatId } from '../domain.ts'
import { explainChat } from '../core/describe-history.ts'
import { hasBearer } from './bearer.ts'
import type { HttpParts } from './contract.ts'
import type { Unauthorized } from './unauthorized.ts'

/** `GET /api/…`, for who has `ADMIN_TOKEN`; without one there is no API. */
export const apiRoutes: FastifyPluginCallback<{ parts: HttpParts; unauthorized: Unauthorized }> = (
  app,
  { parts, unauthorized },
  done,
) => {
  const { adminToken } = parts
  if (adminToken === null) return done()

  app.addHook('onRequest', async (request, reply) => {
    if (unauthorized.isBarred(request, reply)) return reply
    if (hasBearer(request, adminToken)) return
    const error = 'ADMIN_TOKEN missing or wrong'
    return unauthorized.reject(request, reply, { message: `API request rejected: ${error}`, error })
  })

  app.get<{ Params: { id: string }; Querystring: { account?: string } }>(
    '/api/chats/:id/why',
    async (request, reply) => {
      const { account } = request.query
      const door = account === undefined ? parts.onlyDoor : parts.doors.get(account)
      if (door == null) return reply.code(404).send({ error: 'name a known account: ?account=' })
      const chatId = Number(request.params.id)
      const history = Number.isSafeInteger(chatId) && chatId > 0 ? await door.explain(chatId as ChatId) : null
      if (history === null) return reply.code(404).send({ error: 'never heard of this chat' })
      return { words: explainChat(history), ...history }
    },
  )

  done()
}
