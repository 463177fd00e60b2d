import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyPluginCallback } from 'fastify'
import type { ChatId } from '../domain.ts'
import { explainChat } from '../core/describe-history.ts'
import type { HttpParts } from './contract.ts'

/** `GET /api/…`, for who has `ADMIN_TOKEN`; without one there is no API. */
export const apiRoutes: FastifyPluginCallback<{ parts: HttpParts }> = (app, { parts }, done) => {
  const { adminToken } = parts
  if (adminToken === null) return done()

  app.addHook('onRequest', async (request, reply) => {
    if (isSame(request.headers.authorization ?? '', `Bearer ${adminToken}`)) return
    request.log.warn({ statusCode: 401 }, 'API request rejected: ADMIN_TOKEN missing or wrong')
    return reply.code(401).send({ error: 'ADMIN_TOKEN missing or wrong' })
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

/** In constant time, whatever the lengths. */
function isSame(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(expected))
}
