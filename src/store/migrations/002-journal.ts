import type { Kysely } from 'kysely'
import type { ColumnTypes } from '../engines/engine.ts'
import type { Tables } from '../schema.ts'

/** Adds the journal of every account's inputs, and the policies that decisions were made by. */
export async function up(db: Kysely<Tables>, { keyed }: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('journal')
    .addColumn('account_id', 'bigint', (column) => column.notNull())
    .addColumn('seq', 'bigint', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('data', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('journal_key', ['account_id', 'seq'])
    .modifyEnd(keyed)
    .execute()
  await db.schema.createIndex('journal_by_age').on('journal').column('at').execute()
  await db.schema
    .createTable('policy')
    .addColumn('account_id', 'bigint', (column) => column.notNull())
    .addColumn('version', 'text', (column) => column.notNull())
    .addColumn('since', 'bigint', (column) => column.notNull())
    .addColumn('text', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('policy_key', ['account_id', 'version'])
    .modifyEnd(keyed)
    .execute()
  // The event's customer, whose rows are read together with the event.
  await db.schema.alterTable('inbox').addColumn('customer_id', 'bigint').execute()
  await db.schema.alterTable('account').addColumn('team_online', 'bigint').execute()
  await db.schema
    .createTable('customer')
    .addColumn('account_id', 'bigint', (column) => column.notNull())
    .addColumn('customer_id', 'bigint', (column) => column.notNull())
    .addColumn('read_at', 'bigint', (column) => column.notNull())
    .addColumn('data', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('customer_key', ['account_id', 'customer_id'])
    .modifyEnd(keyed)
    .execute()
  await db.schema.createIndex('customer_by_age').on('customer').column('read_at').execute()
  // What was said of the chat, how it began, and from which agents it is taken.
  await db.schema.alterTable('chat').addColumn('facts', 'text').execute()
  // What a decision took from the agents, to be given back if its PUT had no effect.
  await db.schema.alterTable('assignment').addColumn('choice', 'text').execute()
}
