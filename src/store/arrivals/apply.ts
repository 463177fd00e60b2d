import type { ChatPolicy } from '../../decision.ts'
import type { AgentId, ChatId } from '../../domain.ts'
import type { SortedEvent } from '../../core/chat-facts.ts'
import { applyEvent } from '../../core/apply-event.ts'
import type { ChatFile } from '../../core/chat-record.ts'
import { loadChats } from '../chats/load-chats.ts'
import { saveChats } from '../chats/save-chats.ts'
import { NOTHING_CHANGED } from '../changes.ts'
import type { Change } from '../contract.ts'
import { noteLastAgent } from '../chats/customers.ts'
import { touch, type TxScope } from '../scope.ts'

/** An event, and when it was acknowledged: it may have lain in the inbox for as long as nobody decided. */
export interface Received {
  readonly event: SortedEvent
  readonly receivedAt: number
}

/** What follows from events: the chats' snapshots, their assignments, the loads. */
export async function applyEvents(
  scope: TxScope,
  received: readonly Received[],
  now: number,
  policy: ChatPolicy,
): Promise<Change> {
  if (received.length === 0) return NOTHING_CHANGED
  const files = await loadChats(scope, [...new Set(received.map(({ event }) => event.chatId))])
  for (const { event, receivedAt } of received) {
    const file = files.get(event.chatId)
    if (file !== undefined) applyEvent(file, event, receivedAt, policy)
  }
  const events = received.map(({ event }) => event)
  const change = await saveChats(scope, files.values(), now, policy)
  const isBack = await noteActiveAgents(scope, events, files, policy)
  return { ...change, hasFreed: change.hasFreed || isBack }
}

/** @returns whether somebody is back who had let chats pass */
async function noteActiveAgents(
  scope: TxScope,
  events: readonly SortedEvent[],
  files: ReadonlyMap<ChatId, ChatFile>,
  policy: ChatPolicy,
): Promise<boolean> {
  const activeAt = new Map<AgentId, number>()
  for (const event of events) {
    if (event.kind !== 'agent message' || event.agentId === null) continue
    await noteLastAgent(
      scope,
      files.get(event.chatId)?.chat.customerId ?? event.facts.customerId,
      event.agentId,
      event.occurredAt,
      policy,
    )
    activeAt.set(event.agentId, Math.max(event.occurredAt, activeAt.get(event.agentId) ?? 0))
  }
  if (activeAt.size === 0) return false
  const { db, accountId, engine } = scope
  const back = await db
    .selectFrom('agent')
    .select('id')
    .where('account_id', '=', accountId)
    .where(engine.isOneOf('id', [...activeAt.keys()]))
    .where('missed_in_row', '>', 0)
    .execute()
  for (const [agentId, at] of activeAt) {
    touch(scope, agentId)
    await db
      .updateTable('agent')
      .set({ last_active_at: at, missed_in_row: 0 })
      .where('account_id', '=', accountId)
      .where('id', '=', agentId)
      .where((where) => where.or([where('last_active_at', 'is', null), where('last_active_at', '<', at)]))
      .execute()
  }
  return back.length > 0
}
