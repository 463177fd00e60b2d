import { DatabaseSync } from 'node:sqlite'
import PQueue from 'p-queue'
import { assign, CONCURRENCY, serveWebhooks, type BareWebhook } from './bare-webhook.ts'

/**
 * The least that an assignment can cost: a webhook with a right signature is stored durably, and one PUT assigns its
 * chat. No rules, no limits, no recovery, nothing on record. Webhooks that arrive together share one commit.
 */
const database = new DatabaseSync(process.env.DATABASE_PATH ?? '')
database.exec('pragma journal_mode = wal; pragma synchronous = full')
database.exec('create table event (id text primary key, chat_id integer not null, body text not null) without rowid')
const insert = database.prepare('insert into event (id, chat_id, body) values (?, ?, ?) on conflict do nothing')

const onlyStores = process.env.ONLY_STORE === 'true'
const queue = new PQueue({ concurrency: CONCURRENCY })
let batch: { webhook: BareWebhook; onStored: () => void }[] = []

function commit(): void {
  const stored = batch
  batch = []
  database.exec('begin immediate')
  for (const { webhook } of stored) insert.run(webhook.id, webhook.chatId, webhook.body)
  database.exec('commit')
  for (const { onStored } of stored) onStored()
}

await serveWebhooks(async (webhook) => {
  await new Promise<void>((onStored) => {
    batch.push({ webhook, onStored })
    if (batch.length === 1) setImmediate(commit)
  })
  if (!onlyStores) void queue.add(() => assign(webhook.chatId))
})
