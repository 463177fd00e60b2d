import { sql } from 'kysely'
import type { ChatPolicy } from '../../decision.ts'
import type { AgentId, ChatId, EventId } from '../../domain.ts'
import { change, reviseAssignment, type ChatFile } from '../../core/chat-record.ts'
import { isOpen, needsAgent } from '../../core/chat-state.ts'
import { loadChats } from '../chats/load-chats.ts'
import { saveChats } from '../chats/save-chats.ts'
import { NOTHING_CHANGED } from '../changes.ts'
import type { Change } from '../contract.ts'
import { touch, type TxScope } from '../scope.ts'
import { headsOf, MAX_SWEPT } from './due.ts'

/** What time alone does to chats: snoozes end, silent chats free their agents, unanswered ones ask for another. */
export async function sweep(scope: TxScope, now: number, policy: ChatPolicy): Promise<Change> {
  const due = await findDue(scope, now, policy)
  if (due.length === 0) return NOTHING_CHANGED
  const files = await loadChats(scope, [...new Set(due)])
  for (const file of files.values()) {
    const { snoozedUntil, assigneeId } = file.chat
    if (snoozedUntil !== null && snoozedUntil <= now) {
      change(file, { snoozedUntil: null })
      reviseAssignment(file, `snooze-end:${file.chat.id}:${snoozedUntil}` as EventId, now, policy)
    }
    const { answerDueAt } = file.chat
    if (answerDueAt !== null && answerDueAt <= now) {
      change(file, { answerDueAt: null })
      if (assigneeId !== null) await noteMissed(scope, file, assigneeId, now, policy)
    }
    if (assigneeId === null) change(file, { handOverAt: null })
    else if (file.chat.handOverAt !== null) await handOver(scope, file, assigneeId, now, policy)
    // A silent chat is written for its load alone.
    file.isChanged = true
  }
  return saveChats(scope, files.values(), now, policy)
}

/**
 * Whoever has it is off or paused: it is to go to somebody else. If nobody took it until they are back, it stays with them;
 * and their shift may have been made longer meanwhile.
 */
async function handOver(
  scope: TxScope,
  file: ChatFile,
  agentId: AgentId,
  now: number,
  policy: ChatPolicy,
): Promise<void> {
  const at = policy.handOverAt(agentId, now)
  const isOff = at !== null && at <= now
  const isPaused = policy.handsOverPaused && (await pausedAgents(scope, now)).includes(agentId)
  const eventId = `hand-over:${file.chat.id}:${now}` as EventId
  if (isOff || isPaused) {
    change(file, { handOverAt: isOff ? policy.backAt(agentId, now) : null })
    return giveOn(file, agentId, eventId, now, policy)
  }
  change(file, { handOverAt: at })
  if (file.open?.state !== 'waiting' || !file.chat.missedBy.includes(agentId)) return
  change(file, { missedBy: file.chat.missedBy.filter((id) => id !== agentId) })
  reviseAssignment(file, eventId, now, policy)
}

async function pausedAgents(scope: TxScope, now: number): Promise<AgentId[]> {
  const rows = await scope.db
    .selectFrom('agent')
    .select('id')
    .where('account_id', '=', scope.accountId)
    .where('paused_until', '>', now)
    .execute()
  return rows.map(({ id }) => id)
}

/** They never get this chat again. */
function giveOn(file: ChatFile, agentId: AgentId, eventId: EventId, now: number, policy: ChatPolicy): void {
  const { chat } = file
  if (!isOpen(chat) || !chat.isOurs || chat.missedBy.includes(agentId) || chat.missedBy.length >= policy.maxHops) return
  change(file, { missedBy: [...chat.missedBy, agentId] })
  if (needsAgent(file.chat, now)) reviseAssignment(file, eventId, now, policy)
}

/** It counts against them also where the chat has nobody left to go to. */
async function noteMissed(
  scope: TxScope,
  file: ChatFile,
  agentId: AgentId,
  now: number,
  policy: ChatPolicy,
): Promise<void> {
  const { chat } = file
  if (!isOpen(chat) || !chat.isOurs || chat.missedBy.includes(agentId)) return
  touch(scope, agentId)
  await scope.db
    .updateTable('agent')
    .set(({ eb }) => ({ missed_in_row: eb('missed_in_row', '+', 1) }))
    .where('account_id', '=', scope.accountId)
    .where('id', '=', agentId)
    .execute()
  // They have lost it, also when their next shift begins.
  change(file, { handOverAt: null })
  giveOn(file, agentId, `no-answer:${chat.id}:${now}` as EventId, now, policy)
}

/** In one statement, since every turn asks: of each kind the head of an index of its own. */
async function findDue(scope: TxScope, now: number, { silentMs, handsOverPaused }: ChatPolicy): Promise<ChatId[]> {
  const { db, accountId, engine } = scope
  const kinds = headsOf(accountId, now, silentMs)
  const { rows } = await sql<{ id: ChatId }>`${sql.join(kinds, sql` union all `)}`.execute(db)
  const paused = handsOverPaused ? await pausedAgents(scope, now) : []
  const ofPaused =
    paused.length === 0
      ? []
      : await db
          .selectFrom('chat')
          .select('id')
          .where('account_id', '=', accountId)
          .where('hand_over_at', 'is not', null)
          .where(engine.isOneOf('assignee_id', paused))
          .limit(MAX_SWEPT)
          .execute()
  return [...rows, ...ofPaused].map(({ id }) => id)
}
