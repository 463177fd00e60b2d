import { Queue, Worker } from 'bullmq'
import { Redis } from 'ioredis'
import { assign, CONCURRENCY, serveWebhooks } from '../../bare-webhook.ts'

/** A webhook becomes a job of BullMQ, and the job is one PUT. */
const connect = () => new Redis(process.env.REDIS_URL ?? '', { maxRetriesPerRequest: null })
const queue = new Queue<{ chatId: number }>('assign', { connection: connect() })
const worker = new Worker<{ chatId: number }>('assign', ({ data }) => assign(data.chatId), {
  connection: connect(),
  concurrency: CONCURRENCY,
})
worker.on('error', (error: Error) => console.error(error))
await serveWebhooks(({ id, chatId }) => queue.add('assign', { chatId }, { jobId: id, removeOnComplete: 10_000 }))
