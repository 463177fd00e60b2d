import type { Kysely } from 'kysely'
import type { Tables } from '../schema.ts'

export async function up(db: Kysely<Tables>): Promise<void> {
  await db.schema
    .createTable('reconciliation')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('searched_until', 'bigint', (column) => column.notNull())
    .execute()
}
