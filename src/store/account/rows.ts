import type { AgentId, AccountId, Chat, CustomerId } from '../../domain.ts'
import { activeAt } from '../../core/chat-state.ts'
import type { JournalEntry } from '../../core/journal.ts'
import { HUNDREDTHS } from '../../core/plain-policy.ts'
import type {
  AgentRecord,
  Assignment,
  Attempt,
  ChatRecord,
  LastAgent,
  SortedEvent,
  Verification,
} from '../../core/records.ts'
import type { Value } from '../commit/batch.ts'
import type { AssignmentRow, ChatRow, Tables } from '../schema.ts'
import type { Decision } from '../../decision.ts'
import type { Selectable } from 'kysely'

/** How the column `heard_at` says what is no time. Older versions of this service read and write it, too. */
const DOUBTED = 0
const ASKED = 1

/** The columns of a chat with its open assignment; those of the assignment are `null` where it has none. */
export type RecordRow = Omit<ChatRow, 'account_id'> & {
  readonly [Key in keyof AssignmentRow as `open_${Key}`]: AssignmentRow[Key] | null
}

const OPEN_COLUMNS = [
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

/** What is selected of a chat and its open assignment, for `toRecord`. */
export const RECORD_COLUMNS = ['chat.*', ...OPEN_COLUMNS.map((column) => `open.${column} as open_${column}`)].join(', ')

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
  const columns = OPEN_COLUMNS.map((column) => [column, row[`open_${column}`]])
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
    choice: null,
  }
}

/** A chat as its row tells it. */
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
    channel: row.channel,
    labels: JSON.parse(row.labels) as string[],
    missedBy: JSON.parse(row.missed_by) as AgentId[],
    assignedByUs: row.is_ours === 1,
    answerDueAt: row.answer_due_at,
    handOverAt: row.hand_over_at,
  }
}

export function toChatRow(accountId: AccountId, record: ChatRecord, now: number): Value[] {
  const { chat, holders, heldLoad, verifiedAt } = record
  return [
    accountId,
    chat.id,
    chat.status,
    chat.departmentId,
    chat.assigneeId,
    chat.snoozedUntil,
    chat.restingSince,
    chat.snapshotAt,
    chat.lastCustomerMessageAt,
    chat.lastAgentMessageAt,
    chat.firstSeenAt,
    chat.customerId,
    chat.channel,
    JSON.stringify(chat.labels),
    JSON.stringify(chat.missedBy),
    chat.assignedByUs ? 1 : 0,
    chat.answerDueAt,
    chat.handOverAt,
    activeAt(chat),
    holders.heldBy,
    holders.reservedFor,
    heldLoad,
    verifiedAt === 'doubted' ? DOUBTED : verifiedAt === 'asked' ? ASKED : verifiedAt,
    now,
  ]
}

export function toAssignmentRow(accountId: AccountId, assignment: Assignment): Value[] {
  return [
    assignment.id,
    accountId,
    assignment.chatId,
    assignment.eventId,
    assignment.state,
    assignment.pool,
    assignment.openedAt,
    assignment.rankAt,
    assignment.notBefore,
    assignment.agentId,
    assignment.summary,
    assignment.failures,
    assignment.refusals,
    assignment.settledAt,
    assignment.attempts.length === 0 ? null : JSON.stringify(assignment.attempts),
  ]
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
    },
    loadHundredths: row.load,
    isListed: row.is_listed === 1,
    seenAt: row.seen_at,
  }
}

export function toAgentRow(accountId: AccountId, { agent, loadHundredths, isListed, seenAt }: AgentRecord): Value[] {
  return [
    accountId,
    agent.id,
    agent.name,
    isListed ? 1 : 0,
    agent.pausedUntil,
    agent.isSetAside ? 1 : 0,
    loadHundredths,
    agent.turn,
    agent.credit,
    JSON.stringify(agent.recentAt),
    agent.missedInRow,
    agent.lastActiveAt,
    seenAt,
  ]
}

export function toDecisionRow(accountId: AccountId, assignmentId: Assignment['id'], decision: Decision): Value[] {
  return [accountId, decision.chatId, assignmentId, decision.decidedAt, decision.agentId, JSON.stringify(decision)]
}

export function toEventRow(accountId: AccountId, event: SortedEvent, receivedAt: number): Value[] {
  return [accountId, event.id, event.type, event.chatId, event.occurredAt, receivedAt]
}

export function toCustomerRow(
  accountId: AccountId,
  customerId: CustomerId,
  last: LastAgent,
  forgetAfterMs: number,
): Value[] {
  return [accountId, customerId, last.agentId, last.at, last.at + forgetAfterMs]
}

export function toJournalRow(accountId: AccountId, seq: number, { at, kind, data }: JournalEntry): Value[] {
  return [accountId, seq, at, kind, data]
}

function toVerification(heardAt: number): Verification {
  if (heardAt === DOUBTED) return 'doubted'
  return heardAt === ASKED ? 'asked' : heardAt
}
