import { sql } from 'kysely'
import { DOUBTED } from '../../core/chat-record.ts'
import type { Turn } from '../contract.ts'
import type { Scope } from '../scope.ts'

/**
 * Whether a PUT that was recorded is still to be sent: not if it is superseded, if what was taken in meanwhile raises a doubt, or
 * if another copy has acknowledged something about the chat that was not taken in yet. In one statement, since what is in neither
 * place would be missed.
 */
export async function isStillWanted(
  { db, accountId }: Scope,
  { assignmentId, chatId }: Extract<Turn, { kind: 'put' }>,
): Promise<boolean> {
  const { rows } = await sql`
    select 1 from assignment where id = ${assignmentId} and state = 'decided'
    and exists (select 1 from chat where account_id = ${accountId} and id = ${chatId} and heard_at > ${DOUBTED})
    and not exists (select 1 from inbox where account_id = ${accountId} and chat_id = ${chatId})
  `.execute(db)
  return rows.length > 0
}
