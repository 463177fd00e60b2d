import type { Kysely } from 'kysely'
import type { Tables } from '../schema.ts'

/** Adds how many more chats an operator allows an agent, and until when. */
export async function up(db: Kysely<Tables>): Promise<void> {
  await db.schema.alterTable('agent').addColumn('allowance_left', 'bigint').execute()
  await db.schema.alterTable('agent').addColumn('allowance_until', 'bigint').execute()
}
