import type { AgentId, Chat } from '../../domain.ts'
import type { AssignmentDraft, ChatFile } from '../../core/chat-record.ts'
import { activeAt, poolOf, type Holders } from '../../core/chat-state.ts'
import type { AssignmentRow, ChatRow } from '../schema.ts'

/** A chat as its row tells it. */
export function toChat(row: ChatRow): Chat {
  return {
    id: row.id,
    status: row.status,
    departmentId: row.department_id,
    assigneeId: row.assignee_id,
    snoozedUntil: row.snoozed_until,
    takenOffAt: row.taken_off_at,
    snapshotAt: row.snapshot_at,
    lastCustomerMessageAt: row.last_customer_message_at,
    lastAgentMessageAt: row.last_agent_message_at,
    firstSeenAt: row.first_seen_at,
    customerId: row.customer_id,
    channel: row.channel,
    labels: JSON.parse(row.labels) as string[],
    missedBy: JSON.parse(row.missed_by) as AgentId[],
    isOurs: row.is_ours === 1,
    answerDueAt: row.answer_due_at,
    handOverAt: row.hand_over_at,
  }
}

/** A chat's row, with whose load it counts in and how many hundredths of a chat. */
export function toChatRow(
  { chat, heardAt }: ChatFile,
  holders: Holders,
  heldLoad: number,
  now: number,
): Omit<ChatRow, 'account_id'> {
  return {
    id: chat.id,
    status: chat.status,
    department_id: chat.departmentId,
    assignee_id: chat.assigneeId,
    snoozed_until: chat.snoozedUntil,
    taken_off_at: chat.takenOffAt,
    snapshot_at: chat.snapshotAt,
    last_customer_message_at: chat.lastCustomerMessageAt,
    last_agent_message_at: chat.lastAgentMessageAt,
    first_seen_at: chat.firstSeenAt,
    customer_id: chat.customerId,
    channel: chat.channel,
    labels: JSON.stringify(chat.labels),
    missed_by: JSON.stringify(chat.missedBy),
    is_ours: chat.isOurs ? 1 : 0,
    answer_due_at: chat.answerDueAt,
    hand_over_at: chat.handOverAt,
    active_at: activeAt(chat),
    held_by: holders.heldBy,
    reserved_for: holders.reservedFor,
    held_load: heldLoad,
    heard_at: heardAt,
    updated_at: now,
  }
}

const COLUMNS = [
  'id',
  'account_id',
  'chat_id',
  'event_id',
  'state',
  'pool',
  'opened_at',
  'rank_at',
  'not_before',
  'agent_id',
  'summary',
  'failures',
  'refusals',
  'settled_at',
  'history',
] as const satisfies (keyof AssignmentRow)[]

/** A chat's open assignment, beside the chat's own columns; all are `null` where it has none. */
export const OPEN_COLUMNS = COLUMNS.map((column) => `open.${column} as open_${column}` as const)

/** A chat's open assignment from its `OPEN_COLUMNS`, or `null`. */
export function toOpenDraft(row: Readonly<Record<`open_${keyof AssignmentRow}`, unknown>>): AssignmentDraft | null {
  if (row.open_id === null) return null
  const columns = COLUMNS.map((column) => [column, row[`open_${column}`]])
  return toDraft(Object.fromEntries(columns) as AssignmentRow)
}

function toDraft(row: AssignmentRow): AssignmentDraft {
  return {
    id: row.id,
    eventId: row.event_id,
    openedAt: row.opened_at,
    stateBefore: row.state,
    state: row.state,
    agentId: row.agent_id,
    rankAt: row.rank_at,
    notBefore: row.not_before,
    failures: row.failures,
    refusals: row.refusals,
    summary: row.summary,
    settledAt: row.settled_at,
    history: row.history,
  }
}

/** An assignment's row, in the pool that its chat is in now. */
export function toAssignmentRow(chat: Chat, draft: AssignmentDraft): Omit<AssignmentRow, 'id' | 'account_id'> {
  return {
    chat_id: chat.id,
    event_id: draft.eventId,
    state: draft.state,
    pool: poolOf(chat),
    opened_at: draft.openedAt,
    rank_at: draft.rankAt,
    not_before: draft.notBefore,
    agent_id: draft.agentId,
    summary: draft.summary,
    failures: draft.failures,
    refusals: draft.refusals,
    settled_at: draft.settledAt,
    history: draft.history,
  }
}
