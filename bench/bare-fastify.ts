import Fastify from 'fastify'

/**
 * What a webhook costs at the least: Fastify as it comes, which reads the JSON, stores nothing, and gives the answer that
 * the service gives.
 */
const app = Fastify()
app.get('/readyz', () => ({ status: 'ready' }))
app.post('/webhooks/helpcrunch', () => ({ status: 'accepted' }))
await app.listen({ host: process.env.HOST ?? '127.0.0.1', port: Number(process.env.PORT) })
