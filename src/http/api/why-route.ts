import type { FastifyPluginAsync } from 'fastify'
import { explainChat } from '../../core/describe-history.ts'
import type { ChatId } from '../../domain.ts'
import { bearerOf, findToken } from '../access/bearer-token.ts'
import type { ApiParts } from '../contract.ts'
import type { Unauthorized } from '../unauthorized.ts'

/**
 * `GET /api/chats/:id/why`, the route before `/api/v1`, for senders with a token; without tokens the path does not
 * exist.
 */
export const whyRoute: FastifyPluginAsync<{ parts: ApiParts; unauthorized: Unauthorized }> = async (
  app,
  { parts: { accounts, access }, unauthorized },
) => {
  if (access.tokens.length === 0) return
  const [first] = accounts.size === 1 ? accounts.keys() : []

  app.get<{ Params: { id: string }; Querystring: { account?: string } }>(
    '/api/chats/:id/why',
    async (request, reply) => {
      if (unauthorized.isBarred(request, reply)) return reply
      const token = findToken(access.tokens, bearerOf(request.headers.authorization) ?? '')
      if (token === null) {
        const error = 'ADMIN_TOKEN missing or wrong'
        return unauthorized.reject(request, reply, { message: `API request rejected: ${error}`, error })
      }
      const name = request.query.account ?? first ?? ''
      const account = (token.accounts?.includes(name) ?? true) ? accounts.get(name) : undefined
      if (account === undefined) return reply.code(404).send({ error: 'name a known account: ?account=' })
      const chatId = Number(request.params.id)
      const history = Number.isSafeInteger(chatId) && chatId > 0 ? await account.explain(chatId as ChatId) : null
      if (history === null) return reply.code(404).send({ error: 'no record of this chat' })
      return { words: explainChat(history), ...history }
    },
  )
}
