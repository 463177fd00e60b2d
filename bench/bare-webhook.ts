import { createHmac, timingSafeEqual } from 'node:crypto'
import Fastify from 'fastify'
import got from 'got'

/** What a program without a policy reads of a webhook. */
export interface BareWebhook {
  readonly id: string
  readonly chatId: number
  readonly body: string
}

const { HOST = '127.0.0.1', PORT, HELPCRUNCH_API_URL, HELPCRUNCH_API_KEY } = process.env
const SIGNING_KEY = process.env.HELPCRUNCH_WEBHOOK_SIGNING_KEY ?? ''
/** As many PUTs under way at once as the service has. */
export const CONCURRENCY = 64

/** Serves signed webhooks; each is answered with 200 once `store` has resolved. */
export async function serveWebhooks(store: (webhook: BareWebhook) => Promise<unknown>): Promise<void> {
  const app = Fastify()
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, parsed) => parsed(null, body))
  app.get('/readyz', () => ({ status: 'ready' }))
  app.post<{ Body: Buffer }>('/webhooks/helpcrunch', async ({ body, headers }, reply) => {
    const given = Buffer.from(String(headers['x-helpcrunch-signature']), 'hex')
    const expected = createHmac('sha1', SIGNING_KEY).update(body).digest()
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return reply.code(401).send()
    const text = body.toString()
    const { id, eventData } = JSON.parse(text) as { id: string; eventData: { chat_id: number } }
    await store({ id, chatId: eventData.chat_id, body: text })
    return { status: 'accepted' }
  })
  await app.listen({ host: HOST, port: Number(PORT) })
}

const http = got.extend({
  prefixUrl: HELPCRUNCH_API_URL ?? '',
  headers: { authorization: `Bearer ${HELPCRUNCH_API_KEY}` },
  retry: { limit: 0 },
})

let agentId = 0

/** Assigns the chat to the next of twenty agents. */
export async function assign(chatId: number): Promise<void> {
  agentId = (agentId % 20) + 1
  await http.put('chats/assignee', { json: { id: chatId, assignee: agentId } }).json()
}
