import type { AccountId } from '../../domain.ts'
import type { Lease } from '../lease-types.ts'

/** A value that both databases accept. */
export type Value = string | number | null

/** Rows of one table. Each has its values in the order of the table's columns in `COMMITTED`. */
export type Rows = readonly (readonly Value[])[]

/** The tables that a commit writes, with the columns of its rows. */
export const COMMITTED = {
  journal: { columns: ['account_id', 'seq', 'at', 'kind', 'data'], key: null },
  policy: { columns: ['account_id', 'version', 'since', 'text'], key: 'ignore' },
  event: { columns: ['account_id', 'id', 'type', 'chat_id', 'occurred_at', 'received_at'], key: 'ignore' },
  chat: {
    columns: [
      'account_id',
      'id',
      'status',
      'department_id',
      'assignee_id',
      'snoozed_until',
      'taken_off_at',
      'snapshot_at',
      'last_customer_message_at',
      'last_agent_message_at',
      'first_seen_at',
      'customer_id',
      'channel',
      'labels',
      'missed_by',
      'is_ours',
      'answer_due_at',
      'hand_over_at',
      'facts',
      'active_at',
      'held_by',
      'reserved_for',
      'held_load',
      'heard_at',
      'updated_at',
    ],
    key: ['account_id', 'id'],
  },
  assignment: {
    columns: [
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
      'choice',
    ],
    key: ['id'],
  },
  agent: {
    columns: [
      'account_id',
      'id',
      'name',
      'is_listed',
      'paused_until',
      'is_set_aside',
      'load',
      'turn',
      'credit',
      'recent_at',
      'missed_in_row',
      'last_active_at',
      'seen_at',
      'allowance_left',
      'allowance_until',
    ],
    key: ['account_id', 'id'],
  },
  department: { columns: ['account_id', 'id', 'name'], key: ['account_id', 'id'] },
  department_member: { columns: ['account_id', 'department_id', 'agent_id'], key: 'ignore' },
  customer_agent: {
    columns: ['account_id', 'customer_id', 'agent_id', 'at', 'forget_at'],
    key: ['account_id', 'customer_id'],
  },
  customer: { columns: ['account_id', 'customer_id', 'read_at', 'data'], key: ['account_id', 'customer_id'] },
  decision: { columns: ['account_id', 'chat_id', 'assignment_id', 'decided_at', 'agent_id', 'data'], key: null },
  request: { columns: ['account_id', 'sent_at'], key: null },
} as const satisfies Record<string, Committed>

interface Committed {
  readonly columns: readonly string[]
  /**
   * The columns of the key: of equal rows the last stays. `ignore`: of equal rows the first stays. `null`: rows are
   * only added.
   */
  readonly key: readonly string[] | 'ignore' | null
}

export type CommittedTable = keyof typeof COMMITTED
export const COMMITTED_TABLES = Object.keys(COMMITTED) as CommittedTable[]

/** The tables with customers' data. */
export const CUSTOMER_TABLES = ['customer', 'customer_agent'] as const satisfies CommittedTable[]

/** The columns of the account's row that each commit writes. */
export const ACCOUNT_COLUMNS = [
  'waiting',
  'decided',
  'burst',
  'burst_learned_at',
  'held_until',
  'searched_until',
  'team_online',
] as const

/** All that one commit writes for one account, in one transaction and only while the lease holds. */
export interface Batch {
  readonly accountId: AccountId
  /** The lease that must still hold; `null`: no other process can take the account. */
  readonly lease: Lease | null
  /** The values of `ACCOUNT_COLUMNS`. */
  readonly account: readonly Value[]
  readonly rows: Readonly<Partial<Record<CommittedTable, Rows>>>
  /** The inbox rows that were applied. */
  readonly inboxIds: readonly number[]
  /** Customers whose rows are deleted; `rows` has none of them. */
  readonly erasedCustomers: readonly number[]
  /** The roster was replaced: members and departments that are not in `rows` are deleted. */
  readonly isNewRoster: boolean
  /** Requests that left before this time are deleted; `null`: none. */
  readonly forgetRequestsBefore: number | null
}

/** The end of `insert into … (columns) <rows>` for a table: what happens on a conflict. */
export function onConflict(table: CommittedTable): string {
  const { columns, key } = COMMITTED[table]
  if (key === null) return ''
  if (key === 'ignore') return 'on conflict do nothing'
  const keys: readonly string[] = key
  const updates = columns.filter((column) => !keys.includes(column)).map((column) => `${column} = excluded.${column}`)
  return `on conflict (${keys.join(', ')}) do update set ${updates.join(', ')}`
}
