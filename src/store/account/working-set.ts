import type { AssignmentId, ChatId, CustomerId } from '../../domain.ts'
import { activeAt, newRecord } from '../../core/chat-state.ts'
import type { Entry, Head } from '../../core/head.ts'
import type { Needs } from '../../core/needs.ts'
import { isDue, MAX_RETRY_DELAY_MS } from '../../core/next.ts'
import type { Assignment, ChatRecord, LastAgent } from '../../core/records.ts'
import { createState, dueAt, enqueue, poolHead, setAgents, type AccountState } from '../../core/state.ts'
import { departmentsOf, toDepartments } from './departments.ts'
import type { Entries, Part, Reads } from './reads.ts'
import { toAgentRecord } from './read-rows.ts'

/** How many chats are held beyond those that a queue needs: the most recently changed. */
const MAX_SPARE_CHATS = 2000
const MAX_CUSTOMERS = 5000

/** The part of an account that is in memory, and the reads that extend it. */
export interface WorkingSet {
  readonly state: AccountState
  /**
   * Reads what an input needs and the state does not hold.
   * @param needsCustomers whether the rules look at the chats' customers
   */
  need(needs: Needs, now: number, needsCustomers: boolean): Promise<void>
  /**
   * Adds a record that was read elsewhere, unless the chat is held: the held record may be newer than the database's.
   */
  adopt(record: ChatRecord, now: number): void
  adoptCustomer(id: CustomerId, last: LastAgent | null): void
  /** Reads more of each queue and of the deadlines where few entries are held. */
  refill(now: number): Promise<void>
  /** Reads the chats that take capacity, by age; only some policies need them. */
  refillActive(): Promise<void>
  /**
   * Drops chats that no queue needs.
   * @param isKept whether a chat has changes that are not committed
   */
  evict(isKept: (id: ChatId) => boolean): void
}

/** Reads an account's working state: only as much as decisions need, however many chats wait. */
export async function loadWorkingSet(reads: Reads, now: number): Promise<WorkingSet> {
  const state = createState()
  const [account, agents, members, departments] = await Promise.all([
    reads.account(),
    reads.agents(),
    reads.members(),
    reads.departments(),
  ])
  state.waiting = account.waiting
  state.decidedCount = account.decided
  state.teamOnline = account.team_online === null ? null : account.team_online === 1
  const departmentIds = departmentsOf(members)
  setAgents(
    state,
    agents.map((row) => toAgentRecord(row, departmentIds(row.id))),
  )
  state.departments = toDepartments(departments, members)

  function adopt(record: ChatRecord, at: number): void {
    if (state.chats.has(record.chat.id)) return
    state.chats.set(record.chat.id, record)
    enqueue(state, record, at)
  }

  /** Fills the head of a queue from the database; the records of chats already held take precedence. */
  function refillQueue(
    head: Head<AssignmentId>,
    { records, isWhole }: Part,
    belongs: (open: Assignment) => boolean,
    keyOf: (open: Assignment) => number,
  ): void {
    for (const record of records) if (!state.chats.has(record.chat.id)) state.chats.set(record.chat.id, record)
    const entries: Entry<AssignmentId>[] = []
    for (const { chat, open } of state.chats.values()) {
      if (open?.state !== 'waiting' || !belongs(open)) continue
      entries.push({ at: keyOf(open), id: open.id })
      state.placeOf.set(open.id, { chatId: chat.id, pool: open.pool })
    }
    const last = records.at(-1)?.open ?? null
    head.refill(entries, isWhole || last === null ? null : { at: keyOf(last), id: last.id })
  }

  async function refillPool(pool: string, at: number): Promise<void> {
    const belongs = (open: Assignment): boolean => open.pool === pool && isDue(open.notBefore, at)
    refillQueue(
      poolHead(state, pool),
      await reads.pool(pool, at, at + MAX_RETRY_DELAY_MS),
      belongs,
      ({ rankAt }) => rankAt,
    )
  }

  async function refillLater(at: number): Promise<void> {
    const part = await reads.later(at, at + MAX_RETRY_DELAY_MS)
    refillQueue(
      state.later,
      part,
      ({ notBefore }) => !isDue(notBefore, at),
      ({ notBefore }) => notBefore,
    )
  }

  /** Held records take precedence over the database's. */
  function refillDeadlines(
    head: Head<ChatId>,
    { entries, limit }: Entries,
    keyOf: (record: ChatRecord) => number | null,
  ): void {
    const read = entries.filter(({ id }) => !state.chats.has(id))
    const held = [...state.chats.values()].flatMap((record) => {
      const at = keyOf(record)
      return at === null ? [] : [{ at, id: record.chat.id }]
    })
    head.refill([...read, ...held], limit)
  }

  async function refillDue(): Promise<void> {
    refillDeadlines(state.due, await reads.due(), ({ chat }) => dueAt(chat))
  }

  async function refillActive(): Promise<void> {
    refillDeadlines(state.active, await reads.active(), ({ chat, heldLoad }) => (heldLoad > 0 ? activeAt(chat) : null))
  }

  for (const record of await reads.decided()) adopt(record, now)
  await refillLater(now)
  for (const pool of await reads.pools()) await refillPool(pool, now)
  await refillDue()
  await refillActive()

  return {
    state,
    adopt,
    adoptCustomer(id, last) {
      if (!state.customers.has(id)) state.customers.set(id, last)
    },
    async need({ chatIds, customerIds, customerRecordIds }, at, needsCustomers) {
      const missing = chatIds.filter((id) => !state.chats.has(id))
      for (const record of await readSome(missing, reads.chats)) adopt(record, at)
      for (const id of missing) adopt(newRecord(id), at)
      const ofChats = chatIds.map((id) => state.chats.get(id)?.chat.customerId ?? null)
      const wanted = new Set([...customerIds, ...ofChats].filter((id) => id !== null))
      const unknown = [...wanted].filter((id) => !state.customers.has(id))
      if (unknown.length > 0) {
        const known = await reads.customers(unknown)
        for (const id of unknown) state.customers.set(id, known.get(id) ?? null)
      }
      const wantedRecords = new Set([...customerRecordIds, ...(needsCustomers ? wanted : [])])
      const unread = [...wantedRecords].filter((id) => !state.customerRecords.has(id))
      if (unread.length === 0) return
      const records = await reads.customerRecords(unread)
      for (const id of unread) state.customerRecords.set(id, records.get(id) ?? null)
    },
    async refill(at) {
      for (const [pool, head] of state.pools) if (head.isLow()) await refillPool(pool, at)
      if (state.later.isLow()) {
        await refillLater(at)
        for (const pool of new Set([...state.pools.keys(), ...(await reads.pools())])) await refillPool(pool, at)
      }
      if (state.due.isLow()) await refillDue()
      if (state.active.isLow()) await refillActive()
    },
    refillActive,
    evict(isKept) {
      let spare = state.chats.size - queuedCount(state) - MAX_SPARE_CHATS
      if (spare > MAX_SPARE_CHATS / 4) {
        for (const [id, { open }] of state.chats) {
          if (spare <= 0) break
          if (isKept(id) || (open !== null && isQueued(state, open))) continue
          state.chats.delete(id)
          if (open !== null) state.placeOf.delete(open.id)
          spare -= 1
        }
      }
      for (const held of [state.customers, state.customerRecords]) {
        for (const id of held.keys()) {
          if (held.size <= MAX_CUSTOMERS) break
          held.delete(id)
        }
      }
    },
  }
}

async function readSome<Id, Row>(ids: readonly Id[], read: (ids: readonly Id[]) => Promise<Row[]>): Promise<Row[]> {
  return ids.length === 0 ? [] : read(ids)
}

function isQueued(state: AccountState, { id, pool }: { id: AssignmentId; pool: string }): boolean {
  return state.decided.has(id) || state.later.has(id) || state.pools.get(pool)?.has(id) === true
}

function queuedCount(state: AccountState): number {
  let count = state.decided.size + state.later.entries().length
  for (const head of state.pools.values()) count += head.entries().length
  return count
}
