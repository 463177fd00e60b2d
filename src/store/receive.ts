import type { ChatPolicy } from '../decision.ts'
import { sql } from 'kysely'
import type { AgentId, ChatEvent, ChatId, EventId } from '../domain.ts'
import { touch } from './agent-cache.ts'
import { columnList, selectIds, selectRows } from './bulk.ts'
import { applyEvent, type ChatFile } from './chat-file.ts'
import { loadChats, saveChats } from './chats.ts'
import type { Change } from './contract.ts'
import { noteLastAgent } from './customers.ts'
import type { Tx } from './schema.ts'

const EVENT_COLUMNS = ['id', 'type', 'chat_id', 'occurred_at', 'received_at'] as const

/** Stores a group of events with all that follows from them: the chats' snapshots, their assignments, the loads. */
export async function receive(
  tx: Tx,
  events: readonly ChatEvent[],
  now: number,
  policy: ChatPolicy,
): Promise<{ results: ('accepted' | 'duplicate')[]; change: Change }> {
  const rows = events.map((event) => ({
    id: event.id,
    type: event.type,
    chat_id: event.chatId,
    occurred_at: event.occurredAt,
    received_at: now,
  }))
  const inserted = await sql<{ id: EventId }>`
    insert into event (${columnList(EVENT_COLUMNS)}) ${selectRows(EVENT_COLUMNS, rows)}
    on conflict (id) do nothing returning id
  `.execute(tx)
  // An id leaves the set with the first event that has it: a second one in the same group is its duplicate.
  const unseen = new Set(inserted.rows.map(({ id }) => id))
  const results = events.map(({ id }) => (unseen.delete(id) ? 'accepted' : 'duplicate'))
  const accepted = events.filter((_event, index) => results[index] === 'accepted')
  if (accepted.length === 0) return { results, change: { hasOpened: false, hasFreed: false } }

  const files = await loadChats(tx, [...new Set(accepted.map(({ chatId }) => chatId))])
  for (const event of accepted) {
    const file = files.get(event.chatId)
    if (file !== undefined) applyEvent(file, event, now, policy)
  }
  const change = await saveChats(tx, files.values(), now, policy)
  const isBack = await noteActiveAgents(tx, accepted, files)
  return { results, change: { ...change, hasFreed: change.hasFreed || isBack } }
}

/** @returns whether somebody is back who had let chats pass */
async function noteActiveAgents(
  tx: Tx,
  events: readonly ChatEvent[],
  files: ReadonlyMap<ChatId, ChatFile>,
): Promise<boolean> {
  const activeAt = new Map<AgentId, number>()
  for (const event of events) {
    if (event.kind !== 'agent message' || event.agentId === null) continue
    await noteLastAgent(
      tx,
      files.get(event.chatId)?.chat.customerId ?? event.facts.customerId,
      event.agentId,
      event.occurredAt,
    )
    activeAt.set(event.agentId, Math.max(event.occurredAt, activeAt.get(event.agentId) ?? 0))
  }
  if (activeAt.size === 0) return false
  const back = await tx
    .selectFrom('agent')
    .select('id')
    .where('id', 'in', selectIds([...activeAt.keys()]))
    .where('missed_in_row', '>', 0)
    .execute()
  for (const [agentId, at] of activeAt) {
    touch(tx, agentId)
    await tx
      .updateTable('agent')
      .set({ last_active_at: at, missed_in_row: 0 })
      .where('id', '=', agentId)
      .where((where) => where.or([where('last_active_at', 'is', null), where('last_active_at', '<', at)]))
      .execute()
  }
  return back.length > 0
}
