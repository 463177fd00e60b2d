import type { Kysely } from 'kysely'
import type { ColumnTypes } from '../engines/engine.ts'
import type { Tables } from '../schema.ts'

/** The inputs of every account in the order in which they were applied, and the policies that decided. */
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
  // Of an event: it is read together with what is known of its customer.
  await db.schema.alterTable('inbox').addColumn('customer_id', 'bigint').execute()
  // What a decision took from the agents, to be given back if its PUT had no effect.
  await db.schema.alterTable('assignment').addColumn('choice', 'text').execute()
}
