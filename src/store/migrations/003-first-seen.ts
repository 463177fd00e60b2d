import type { Kysely } from 'kysely'
import type { Tables } from '../schema.ts'

export async function up(db: Kysely<Tables>): Promise<void> {
  await db.schema.alterTable('chat').addColumn('first_seen_at', 'bigint').execute()
}
