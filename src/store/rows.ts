import type { AgentId, Chat } from '../domain.ts'
import type { AssignmentDraft, ChatFile } from './chat-file.ts'
import { poolOf } from './chat-state.ts'
import type { AssignmentRow, ChatRow } from './schema.ts'

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
  }
}

export function toChatRow({ chat, heardAt }: ChatFile, heldBy: AgentId | null, now: number): ChatRow {
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
    held_by: heldBy,
    heard_at: heardAt,
    updated_at: now,
  }
}

export function toDraft(row: AssignmentRow): AssignmentDraft {
  return {
    id: row.id,
    eventId: row.event_id,
    openedAt: row.opened_at,
    stateBefore: row.state,
    state: row.state,
    agentId: row.agent_id,
    notBefore: row.not_before,
    failures: row.failures,
    refusals: row.refusals,
    decision: row.decision,
    settledAt: row.settled_at,
    history: row.history,
  }
}

export function toAssignmentRow(chat: Chat, draft: AssignmentDraft): Omit<AssignmentRow, 'id'> {
  return {
    chat_id: chat.id,
    event_id: draft.eventId,
    state: draft.state,
    pool: poolOf(chat),
    opened_at: draft.openedAt,
    not_before: draft.notBefore,
    agent_id: draft.agentId,
    decision: draft.decision,
    failures: draft.failures,
    refusals: draft.refusals,
    settled_at: draft.settledAt,
    history: draft.history,
  }
}
