import Fastify from 'fastify'

/**
 * The least that a webhook can cost: Fastify as it comes, which reads the JSON, stores nothing, and gives the answer of
 * the service.
 */
const app = Fastify()
app.get('/readyz', () => ({ status: 'ready' }))
app.post('/webhooks/helpcrunch', () => ({ status: 'accepted' }))
await app.listen({ host: process.env.HOST ?? '127.0.0.1', port: Number(process.env.PORT) })
