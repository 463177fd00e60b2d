import { makeWorkerUtils, run } from 'graphile-worker'
import { assign, CONCURRENCY, serveWebhooks } from '../../bare-webhook.ts'

/** A webhook becomes a job of graphile-worker, and the job is one PUT. */
const connectionString = process.env.DATABASE_URL ?? ''
const utils = await makeWorkerUtils({ connectionString })
await utils.migrate()
await run({
  connectionString,
  concurrency: CONCURRENCY,
  maxPoolSize: CONCURRENCY + 2,
  noHandleSignals: true,
  preset: { worker: { localQueue: { size: CONCURRENCY + 1 }, completeJobBatchDelay: 0 } },
  taskList: { assign: (payload) => assign((payload as { chatId: number }).chatId) },
})
await serveWebhooks(({ id, chatId }) => utils.addJob('assign', { chatId }, { jobKey: id }))
