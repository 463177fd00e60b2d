import type {
  AccountId,
  Agent,
  AgentId,
  AssignmentId,
  ChatId,
  CustomerEvent,
  CustomerId,
  Department,
  EventId,
} from '../../domain.ts'
import type { Applied, Change } from '../../core/contract.ts'
import type { JournalEntry } from '../../core/journal.ts'
import type { AgentRecord, Assignment, ChatRecord, CustomerRecord, LastAgent, SortedEvent } from '../../core/records.ts'
import type { Batch, CommittedTable, Rows, Value } from '../commit/batch.ts'
import { NOTHING_CHANGED, mergeChanges } from '../changes.ts'
import {
  toAgentRow,
  toAssignmentRow,
  toChatRow,
  toCustomerEventRow,
  toCustomerRecordRow,
  toCustomerRow,
  toDecisionRow,
  toEventRow,
  toJournalRow,
} from './write-rows.ts'

/** The changes for the next commit: everything applied since the last commit began, each row once. */
export interface Pending {
  /** Resolves when the changes are on the disk; rejects if they are not written. */
  readonly committed: Promise<void>
  /** The combined change for listeners. */
  change(): Change
  isEmpty(): boolean
  hasChat(id: ChatId): boolean
  hasEvent(id: EventId): boolean
  addApplied(applied: Applied, now: number, forgetAfterMs: number): void
  addJournal(entry: JournalEntry): void
  addEvent(event: SortedEvent, receivedAt: number): void
  addCustomerEvent(event: CustomerEvent, receivedAt: number): void
  addPolicy(version: string, since: number, text: string): void
  addRequest(sentAt: number): void
  addInboxRow(id: number): void
  /** The account's row has changed. */
  touchAccount(): void
  inboxIds(): readonly number[]
  toBatch(about: Pick<Batch, 'lease' | 'account' | 'forgetRequestsBefore'>, nextSeq: () => number): Batch
  resolve(): void
  reject(error: unknown): void
}

/**
 * Creates an empty set of changes.
 * @param onAdded called after each change that is added
 */
export function createPending(accountId: AccountId, onAdded: () => void): Pending {
  const { promise: committed, resolve, reject } = Promise.withResolvers<void>()
  // Not every caller waits for `committed`, so its rejection must not be unhandled.
  committed.catch(() => undefined)
  const chats = new Map<ChatId, { record: ChatRecord; now: number }>()
  const assignments = new Map<AssignmentId, Assignment>()
  const agents = new Map<AgentId, AgentRecord>()
  const customers = new Map<CustomerId, { last: LastAgent; forgetAfterMs: number }>()
  const customerRecords = new Map<CustomerId, CustomerRecord>()
  const erased = new Set<CustomerId>()
  const events = new Map<EventId, Value[]>()
  const decisions: Value[][] = []
  const requests: Value[][] = []
  const policies: Value[][] = []
  const journal: JournalEntry[] = []
  const inboxIds: number[] = []
  let departments: readonly Department[] | null = null
  let isAccountTouched = false
  let change = NOTHING_CHANGED

  function add(put: () => unknown): void {
    put()
    onAdded()
  }

  /** The customer gets a new row after an erasure: it replaces the old one, which need not be deleted. */
  function keep(customerId: CustomerId): void {
    erased.delete(customerId)
  }

  function rows(nextSeq: () => number): Partial<Record<CommittedTable, Rows>> {
    return {
      journal: journal.map((entry) => toJournalRow(accountId, nextSeq(), entry)),
      policy: policies,
      event: [...events.values()],
      chat: Array.from(chats.values(), ({ record, now }) => toChatRow(accountId, record, now)),
      assignment: Array.from(assignments.values(), (assignment) => toAssignmentRow(accountId, assignment)),
      agent: Array.from(agents.values(), (record) => toAgentRow(accountId, record)),
      department: (departments ?? []).map(({ id, name }) => [accountId, id, name]),
      department_member: departments === null ? [] : membersOf(accountId, departments),
      customer_agent: Array.from(customers, ([id, { last, forgetAfterMs }]) =>
        toCustomerRow(accountId, id, last, forgetAfterMs),
      ),
      customer: Array.from(customerRecords, ([id, record]) => toCustomerRecordRow(accountId, id, record)),
      decision: decisions,
      request: requests,
    }
  }

  return {
    committed,
    change: () => change,
    isEmpty: () =>
      chats.size + assignments.size + agents.size + customers.size + events.size === 0 &&
      customerRecords.size + erased.size === 0 &&
      journal.length + requests.length + policies.length + inboxIds.length === 0 &&
      !isAccountTouched &&
      departments === null,
    hasChat: (id) => chats.has(id),
    hasEvent: (id) => events.has(id),
    addApplied(applied, now, forgetAfterMs) {
      for (const record of applied.chats) chats.set(record.chat.id, { record, now })
      for (const assignment of applied.assignments) assignments.set(assignment.id, assignment)
      for (const record of applied.agents) agents.set(record.agent.id, record)
      for (const { customerId, last } of applied.customers) {
        customers.set(customerId, { last, forgetAfterMs })
        keep(customerId)
      }
      for (const { customerId, record } of applied.customerRecords) {
        customerRecords.set(customerId, record)
        keep(customerId)
      }
      for (const customerId of applied.erased) {
        customers.delete(customerId)
        customerRecords.delete(customerId)
        erased.add(customerId)
      }
      for (const { assignmentId, decision } of applied.decisions)
        decisions.push(toDecisionRow(accountId, assignmentId, decision))
      if (applied.departments !== null) departments = applied.departments
      change = mergeChanges(change, applied.change)
      onAdded()
    },
    addJournal: (entry) => add(() => journal.push(entry)),
    addEvent: (event, receivedAt) => add(() => events.set(event.id, toEventRow(accountId, event, receivedAt))),
    addCustomerEvent: (event, receivedAt) =>
      add(() => events.set(event.id, toCustomerEventRow(accountId, event, receivedAt))),
    addPolicy: (version, since, text) => add(() => policies.push([accountId, version, since, text])),
    addRequest: (sentAt) => add(() => requests.push([accountId, sentAt])),
    addInboxRow: (id) => add(() => inboxIds.push(id)),
    touchAccount: () => add(() => (isAccountTouched = true)),
    inboxIds: () => inboxIds,
    toBatch: (about, nextSeq) => ({
      ...about,
      accountId,
      rows: rows(nextSeq),
      inboxIds,
      erasedCustomers: [...erased],
      isNewRoster: departments !== null,
    }),
    resolve,
    reject,
  }
}

/** HelpCrunch may list a member twice, and members that are not in its list of agents. */
function membersOf(accountId: AccountId, departments: readonly Department[]): Value[][] {
  return departments.flatMap(({ id, agentIds }) =>
    Array.from(new Set<Agent['id']>(agentIds), (agentId) => [accountId, id, agentId]),
  )
}
