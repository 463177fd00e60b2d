import type { Decision } from '../../decision.ts'
import type { AssignmentId, ChatId } from '../../domain.ts'
import type { Attempt, ChatHistory } from '../contract.ts'
import { toChat } from './rows.ts'
import type { Scope } from '../scope.ts'

/** All that is on record of a chat. */
export async function explainChat({ db, accountId }: Scope, chatId: ChatId): Promise<ChatHistory | null> {
  const chat = await db
    .selectFrom('chat')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('id', '=', chatId)
    .executeTakeFirst()
  if (chat === undefined) return null
  const assignments = await db
    .selectFrom('assignment')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('chat_id', '=', chatId)
    .orderBy('id')
    .execute()
  const rows = await db
    .selectFrom('decision')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('chat_id', '=', chatId)
    .orderBy('id')
    .execute()
  const decisions = Map.groupBy(rows, ({ assignment_id }) => assignment_id)
  const decisionsOf = (id: AssignmentId) => (decisions.get(id) ?? []).map(({ data }) => JSON.parse(data) as Decision)
  return {
    chat: toChat(chat),
    assignments: assignments.map((row) => ({
      id: row.id,
      state: row.state,
      openedAt: row.opened_at,
      settledAt: row.settled_at,
      agentId: row.agent_id,
      notBefore: row.not_before,
      attempts: JSON.parse(row.history ?? '[]') as Attempt[],
      decisions: decisionsOf(row.id),
    })),
  }
}
