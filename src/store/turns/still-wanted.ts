import { sql } from 'kysely'
import type { Turn } from '../contract.ts'
import type { Scope } from '../scope.ts'

/**
 * Whether a PUT that was recorded is still to be sent: it is superseded, or another copy has acknowledged something about the
 * chat that was not taken in yet. In one statement, since what is in neither place would be missed.
 */
export async function isStillWanted(
  { db, accountId }: Scope,
  { assignmentId, chatId }: Extract<Turn, { kind: 'put' }>,
): Promise<boolean> {
  const { rows } = await sql`
    select 1 from assignment where id = ${assignmentId} and state = 'decided'
    and not exists (select 1 from inbox where account_id = ${accountId} and chat_id = ${chatId})
  `.execute(db)
  return rows.length > 0
}
