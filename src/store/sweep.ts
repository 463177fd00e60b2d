import type { ChatPolicy } from '../decision.ts'
import type { AgentId, ChatId, EventId } from '../domain.ts'
import { touch } from './agent-cache.ts'
import { selectIds } from './bulk.ts'
import { change, reviseAssignment, type ChatFile } from './chat-file.ts'
import { isOpen, needsAgent } from './chat-state.ts'
import { loadChats, saveChats } from './chats.ts'
import type { Change } from './contract.ts'
import type { Database, Tx } from './schema.ts'

/** What comes due at once is done a hundred at a time; the next turn goes on. */
const MAX_SWEPT = 100

/** What time alone does to chats: snoozes end, silent chats free their agents, unanswered ones ask for another. */
export async function sweep(tx: Tx, now: number, policy: ChatPolicy): Promise<Change> {
  const due = await findDue(tx, now, policy)
  if (due.length === 0) return { hasOpened: false, hasFreed: false }
  const files = await loadChats(tx, [...new Set(due)])
  for (const file of files.values()) {
    const { snoozedUntil, assigneeId } = file.chat
    if (snoozedUntil !== null && snoozedUntil <= now) {
      change(file, { snoozedUntil: null })
      reviseAssignment(file, `snooze-end:${file.chat.id}:${snoozedUntil}` as EventId, now, policy)
    }
    const { answerDueAt } = file.chat
    if (answerDueAt !== null && answerDueAt <= now) {
      change(file, { answerDueAt: null })
      if (assigneeId !== null) await noteMissed(tx, file, assigneeId, now, policy)
    }
    if (assigneeId === null) change(file, { handOverAt: null })
    else if (file.chat.handOverAt !== null) await handOver(tx, file, assigneeId, now, policy)
    // A silent chat is written for its load alone.
    file.isChanged = true
  }
  return saveChats(tx, files.values(), now, policy)
}

/**
 * Whoever has it is off or paused: it is to go to somebody else. If nobody took it until they are back, it stays with them;
 * and their shift may have been made longer meanwhile.
 */
async function handOver(tx: Tx, file: ChatFile, agentId: AgentId, now: number, policy: ChatPolicy): Promise<void> {
  const at = policy.handOverAt(agentId, now)
  const isOff = at !== null && at <= now
  const isPaused = policy.handsOverPaused && (await pausedAgents(tx, now)).includes(agentId)
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

async function pausedAgents(tx: Tx, now: number): Promise<AgentId[]> {
  const rows = await tx.selectFrom('agent').select('id').where('paused_until', '>', now).execute()
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
async function noteMissed(tx: Tx, file: ChatFile, agentId: AgentId, now: number, policy: ChatPolicy): Promise<void> {
  const { chat } = file
  if (!isOpen(chat) || !chat.isOurs || chat.missedBy.includes(agentId)) return
  touch(tx, agentId)
  await tx
    .updateTable('agent')
    .set(({ eb }) => ({ missed_in_row: eb('missed_in_row', '+', 1) }))
    .where('id', '=', agentId)
    .execute()
  // They have lost it, also when their next shift begins.
  change(file, { handOverAt: null })
  giveOn(file, agentId, `no-answer:${chat.id}:${now}` as EventId, now, policy)
}

async function findDue(tx: Tx, now: number, { silentMs, handsOverPaused }: ChatPolicy): Promise<ChatId[]> {
  const chats = () => tx.selectFrom('chat').select('id').limit(MAX_SWEPT)
  const snoozed = await chats().where('snoozed_until', '<=', now).orderBy('snoozed_until').execute()
  const unanswered = await chats().where('answer_due_at', '<=', now).orderBy('answer_due_at').execute()
  const silent =
    silentMs === null
      ? []
      : await chats()
          .where('held_load', '>', 0)
          .where('active_at', '<=', now - silentMs)
          .orderBy('active_at')
          .execute()
  const handedOver = await chats().where('hand_over_at', '<=', now).orderBy('hand_over_at').execute()
  const paused = handsOverPaused ? await pausedAgents(tx, now) : []
  const ofPaused =
    paused.length === 0
      ? []
      : await chats().where('hand_over_at', 'is not', null).where('assignee_id', 'in', selectIds(paused)).execute()
  return [...snoozed, ...unanswered, ...silent, ...handedOver, ...ofPaused].map(({ id }) => id)
}

/** When something falls due that is not due yet (a retry, the end of a snooze, an answer), or `null`. */
export async function nextDueAt(db: Database, now: number, { silentMs }: ChatPolicy): Promise<number | null> {
  const retry = await db
    .selectFrom('assignment')
    .select(({ fn }) => fn.min('not_before').as('at'))
    .where('settled_at', 'is', null)
    .where('not_before', '>', 0)
    .where('not_before', '>', now)
    .executeTakeFirst()
  const snooze = await db
    .selectFrom('chat')
    .select(({ fn }) => fn.min('snoozed_until').as('at'))
    .where('snoozed_until', '>', now)
    .executeTakeFirst()
  const answer = await db
    .selectFrom('chat')
    .select(({ fn }) => fn.min('answer_due_at').as('at'))
    .where('answer_due_at', 'is not', null)
    .executeTakeFirst()
  const silent =
    silentMs === null
      ? undefined
      : await db
          .selectFrom('chat')
          .select(({ fn }) => fn.min('active_at').as('at'))
          .where('held_load', '>', 0)
          .executeTakeFirst()
  const handedOver = await db
    .selectFrom('chat')
    .select(({ fn }) => fn.min('hand_over_at').as('at'))
    .where('hand_over_at', 'is not', null)
    .executeTakeFirst()
  const silentAt = silentMs === null || silent?.at == null ? null : silent.at + silentMs
  const times = [handedOver?.at ?? null, retry?.at ?? null, snooze?.at ?? null, answer?.at ?? null, silentAt].filter(
    (at) => at !== null,
  )
  return times.length === 0 ? null : Math.min(...times)
}
