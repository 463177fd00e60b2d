import type { Kysely } from 'kysely'
import type { Tables } from '../schema.ts'

/** How many more chats an operator lets an agent have, and until when. */
export async function up(db: Kysely<Tables>): Promise<void> {
  await db.schema.alterTable('agent').addColumn('allowance_left', 'bigint').execute()
  await db.schema.alterTable('agent').addColumn('allowance_until', 'bigint').execute()
}
