import { sql, type Kysely } from 'kysely'
import type { ColumnTypes } from '../engines/engine.ts'
import type { Tables } from '../schema.ts'

/**
 * Adds what the page needs: the log of operators' acts, the versions of the policy, and indexes for lists paged by age.
 */
export async function up(db: Kysely<Tables>, { counted }: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('operator_act')
    .addColumn('id', counted, (column) => column.primaryKey())
    .addColumn('account_id', 'bigint', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('actor', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('agent_id', 'bigint')
    .addColumn('chat_id', 'bigint')
    .addColumn('reason', 'text')
    .addColumn('data', 'text', (column) => column.notNull())
    .addColumn('idempotency_key', 'text', (column) => column.notNull())
    .addColumn('result', 'text')
    .execute()
  await db.schema
    .createIndex('operator_act_once')
    .on('operator_act')
    .columns(['account_id', 'idempotency_key'])
    .unique()
    .execute()
  await db.schema
    .createTable('policy_version')
    .addColumn('id', counted, (column) => column.primaryKey())
    .addColumn('account_id', 'bigint', (column) => column.notNull())
    .addColumn('version', 'text', (column) => column.notNull())
    .addColumn('seen_at', 'bigint', (column) => column.notNull())
    .addColumn('author', 'text')
    .addColumn('source', 'text', (column) => column.notNull())
    .execute()
  await db.schema.createIndex('policy_version_by_account').on('policy_version').columns(['account_id', 'id']).execute()
  await sql`create index assignment_waiting_by_age on assignment (account_id, opened_at, id) where state = 'waiting'`.execute(
    db,
  )
  await sql`create index chat_unanswered on chat (account_id, last_customer_message_at, id)
    where assignee_id is not null and last_customer_message_at is not null and status not in ('closed', 'gone')
    and (last_agent_message_at is null or last_agent_message_at < last_customer_message_at)`.execute(db)
}
