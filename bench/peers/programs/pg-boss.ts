import { PgBoss } from 'pg-boss'
import { assign, serveWebhooks } from '../../bare-webhook.ts'

/** A webhook becomes a job of pg-boss, and the job is one PUT. Woken by NOTIFY, in batches while there is more. */
const QUEUE = 'assign'
const WORKERS = 4
const BATCH = 16

const boss = new PgBoss({ connectionString: process.env.DATABASE_URL ?? '', useListenNotify: true })
boss.on('error', (error: Error) => console.error(error))
await boss.start()
await boss.createQueue(QUEUE, { notify: true })
await boss.work<{ chatId: number }>(
  QUEUE,
  { batchSize: BATCH, localConcurrency: WORKERS, burstWhenBatchFull: true, pollingIntervalSeconds: 0.5 },
  async (jobs) => {
    await Promise.all(jobs.map(({ data }) => assign(data.chatId)))
  },
)
await serveWebhooks(({ id, chatId }) => boss.send(QUEUE, { chatId }, { singletonKey: id }))
