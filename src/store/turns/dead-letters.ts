import type { ChatPolicy } from '../../decision.ts'
import type { AssignmentId } from '../../domain.ts'
import { reviseAssignment, change, type ChatFile } from '../../core/chat-record.ts'
import { isOpen } from '../../core/chat-state.ts'
import { loadChats } from '../chats/load-chats.ts'
import { saveChats } from '../chats/save-chats.ts'
import { NOTHING_CHANGED } from '../changes.ts'
import type { Attempt, Change, DeadLetter, Replay } from '../contract.ts'
import type { AssignmentRow } from '../schema.ts'
import type { Scope, TxScope } from '../scope.ts'

const DEAD = ['dead', 'refused'] as const

/**
 * What was refused or given up, the latest first.
 * @param before only what is older than that one
 */
export async function listDeadLetters(
  { db, accountId }: Scope,
  limit: number,
  before = Number.MAX_SAFE_INTEGER as AssignmentId,
): Promise<DeadLetter[]> {
  const rows = await db
    .selectFrom('assignment')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('state', 'in', DEAD)
    .where('id', '<', before)
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
  return rows.map(toDeadLetter)
}

/** Opens a new assignment for a dead letter's chat, if the chat still needs one. */
export async function replay(
  scope: TxScope,
  id: AssignmentId,
  now: number,
  policy: ChatPolicy,
): Promise<{ result: Replay; change: Change }> {
  const row = await scope.db
    .selectFrom('assignment')
    .selectAll()
    .where('account_id', '=', scope.accountId)
    .where('id', '=', id)
    .where('state', 'in', DEAD)
    .executeTakeFirst()
  if (row === undefined) return { result: 'no such dead letter', change: NOTHING_CHANGED }
  const file = (await loadChats(scope, [row.chat_id])).get(row.chat_id) as ChatFile
  if (file.open !== null) return { result: 'the chat waits for an agent already', change: NOTHING_CHANGED }
  if (!isOpen(file.chat)) return { result: 'the chat is closed', change: NOTHING_CHANGED }
  if (file.chat.assigneeId !== null) return { result: 'somebody has the chat', change: NOTHING_CHANGED }
  reopen(file, row, now, policy)
  await scope.db.updateTable('assignment').set({ state: 'replayed' }).where('id', '=', id).execute()
  return { result: 'replayed', change: await saveChats(scope, [file], now, policy) }
}

function reopen(file: ChatFile, row: AssignmentRow, now: number, policy: ChatPolicy): void {
  change(file, { takenOffAt: null })
  reviseAssignment(file, row.event_id, now, policy)
  // As urgent as it was: whoever replays it may not know the routing file.
  if (file.open !== null) file.open.rankAt = now - (row.opened_at - row.rank_at)
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
