import type { Selectable } from 'kysely'
import { HUNDREDTHS } from '../../core/plain-policy.ts'
import type {
  AgentRecord,
  Assignment,
  Attempt,
  ChatRecord,
  Choice,
  CustomerRecord,
  Verification,
} from '../../core/records.ts'
import type { AgentId, Allowance, Chat } from '../../domain.ts'
import { COMMITTED } from '../commit/batch.ts'
import { readChatFacts } from './chat-facts-column.ts'
import type { AssignmentRow, ChatRow, Tables } from '../schema.ts'

/** Values of the column `heard_at` that are not times. Older versions of this service read and write them, too. */
export const DOUBTED = 0
export const ASKED = 1

/** The columns of a chat with its open assignment; the assignment's are `null` if the chat has none. */
export type RecordRow = Omit<ChatRow, 'account_id'> & {
  readonly [Key in keyof AssignmentRow as `open_${Key}`]: AssignmentRow[Key] | null
}

/** The selected columns of a chat and its open assignment, for `toRecord`. */
export const RECORD_COLUMNS = [
  'chat.*',
  ...COMMITTED.assignment.columns.map((column) => `open.${column} as open_${column}`),
].join(', ')

export function toRecord(row: RecordRow): ChatRecord {
  return {
    chat: toChat(row),
    open: row.open_id === null ? null : toOpenAssignment(row),
    verifiedAt: toVerification(row.heard_at),
    holders: { heldBy: row.held_by, reservedFor: row.reserved_for },
    heldLoad: row.held_load,
  }
}

function toOpenAssignment(row: RecordRow): Assignment {
  const columns = COMMITTED.assignment.columns.map((column) => [column, row[`open_${column}`]])
  return toAssignment(Object.fromEntries(columns) as AssignmentRow)
}

export function toAssignment(row: AssignmentRow): Assignment {
  return {
    id: row.id,
    chatId: row.chat_id,
    eventId: row.event_id,
    state: row.state,
    pool: row.pool,
    openedAt: row.opened_at,
    rankAt: row.rank_at,
    notBefore: row.not_before,
    agentId: row.agent_id,
    summary: row.summary,
    failures: row.failures,
    refusals: row.refusals,
    settledAt: row.settled_at,
    attempts: JSON.parse(row.history ?? '[]') as Attempt[],
    choice: row.choice === null ? null : (JSON.parse(row.choice) as Choice),
  }
}

/** Reads a chat from its row. */
export function toChat(row: Omit<ChatRow, 'account_id'>): Chat {
  return {
    id: row.id,
    status: row.status,
    departmentId: row.department_id,
    assigneeId: row.assignee_id,
    snoozedUntil: row.snoozed_until,
    restingSince: row.taken_off_at,
    snapshotAt: row.snapshot_at,
    lastCustomerMessageAt: row.last_customer_message_at,
    lastAgentMessageAt: row.last_agent_message_at,
    firstSeenAt: row.first_seen_at,
    customerId: row.customer_id,
    ...readChatFacts(row.facts, row),
    labels: JSON.parse(row.labels) as string[],
    missedBy: JSON.parse(row.missed_by) as AgentId[],
    assignedByUs: row.is_ours === 1,
    answerDueAt: row.answer_due_at,
    handOverAt: row.hand_over_at,
  }
}

export function toAgentRecord(
  row: Selectable<Tables['agent']>,
  departmentIds: AgentRecord['agent']['departmentIds'],
): AgentRecord {
  return {
    agent: {
      id: row.id,
      name: row.name,
      departmentIds,
      pausedUntil: row.paused_until,
      isSetAside: row.is_set_aside === 1,
      load: row.load / HUNDREDTHS,
      turn: row.turn,
      credit: row.credit,
      recentAt: JSON.parse(row.recent_at) as number[],
      lastActiveAt: row.last_active_at,
      missedInRow: row.missed_in_row,
      allowance: toAllowance(row.allowance_left, row.allowance_until),
    },
    loadHundredths: row.load,
    isListed: row.is_listed === 1,
    seenAt: row.seen_at,
  }
}

function toAllowance(left: number | null, until: number | null): Allowance | null {
  return left === null || until === null ? null : { left, until }
}

export function toCustomerRecord(readAt: number, data: string): CustomerRecord {
  return { readAt, ...(JSON.parse(data) as Omit<CustomerRecord, 'readAt'>) }
}

function toVerification(heardAt: number): Verification {
  if (heardAt === DOUBTED) return 'doubted'
  return heardAt === ASKED ? 'asked' : heardAt
}
