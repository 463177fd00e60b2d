import type { Decision } from '../../decision.ts'
import type { AccountId, AssignmentId, ChatId } from '../../domain.ts'
import type { Attempt, ChatHistory } from '../../core/records.ts'
import type { DeadLetter } from '../contract.ts'
import type { AssignmentRow, Database } from '../schema.ts'
import { toChat } from './read-rows.ts'

/** Reads everything on record about a chat; `null`: nothing. */
export async function readHistory(db: Database, accountId: AccountId, chatId: ChatId): Promise<ChatHistory | null> {
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

/**
 * Reads the assignments that were refused or given up, the latest first.
 * @param before only those that are older than this one
 */
export async function readDeadLetters(
  db: Database,
  accountId: AccountId,
  limit: number,
  before = Number.MAX_SAFE_INTEGER as AssignmentId,
): Promise<DeadLetter[]> {
  const rows = await db
    .selectFrom('assignment')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('state', 'in', ['dead', 'refused'])
    .where('id', '<', before)
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
  return rows.map(toDeadLetter)
}

function toDeadLetter(row: AssignmentRow): DeadLetter {
  return {
    id: row.id,
    chatId: row.chat_id,
    eventId: row.event_id,
    state: row.state,
    openedAt: row.opened_at,
    settledAt: row.settled_at ?? 0,
    summary: row.summary,
    history: JSON.parse(row.history ?? '[]') as Attempt[],
  }
}
