import type { ColumnType, Generated, Kysely, Selectable, Transaction } from 'kysely'
import type { AgentId, AssignmentId, AssignmentState, ChatId, DepartmentId, EventId } from '../domain.ts'

/** The tables. Booleans are 0 or 1, times milliseconds since the epoch: the same in every dialect. */
export interface Tables {
  event: {
    id: EventId
    type: string
    chat_id: ChatId
    occurred_at: number
    received_at: number
  }
  chat: {
    id: ChatId
    status: string
    department_id: DepartmentId | null
    assignee_id: AgentId | null
    snoozed_until: number | null
    taken_off_at: number | null
    snapshot_at: number | null
    last_customer_message_at: number | null
    last_agent_message_at: number | null
    first_seen_at: number | null
    /** Whose load the chat counts in. */
    held_by: AgentId | null
    /** When HelpCrunch last told us how the chat stands; 0: what it told raises a doubt, so it is asked. */
    heard_at: number
    updated_at: number
  }
  assignment: {
    id: Generated<AssignmentId>
    chat_id: ChatId
    event_id: EventId
    state: AssignmentState
    pool: string
    opened_at: number
    not_before: number
    agent_id: AgentId | null
    decision: ColumnType<string | null>
    failures: number
    refusals: number
    settled_at: number | null
    /** Attempts that did not succeed, as JSON. */
    history: string | null
  }
  agent: {
    id: AgentId
    name: string
    is_listed: number
    is_paused: number
    is_set_aside: number
    load: number
    turn: number
    last_active_at: number | null
    seen_at: number | null
  }
  department: { id: DepartmentId; name: string }
  department_member: { department_id: DepartmentId; agent_id: AgentId }
  /** How many assignments are open, kept along: counting a million would stop everything else. */
  open_count: { state: AssignmentState; n: number }
  request: { id: Generated<number>; sent_at: number }
  learned_burst: { id: 1; burst: number; learned_at: number }
  lane_hold: { id: 1; held_until: number }
  reconciliation: { id: 1; searched_until: number }
}

export type Database = Kysely<Tables>
export type Tx = Transaction<Tables>
export type ChatRow = Selectable<Tables['chat']>
export type AssignmentRow = Selectable<Tables['assignment']>
