import type { Selectable } from 'kysely'
import type { AccountId, AgentId, AssignmentId, ChatId, CustomerId, EventId } from '../../domain.ts'
import { HEAD_SIZE, type Entry } from '../../core/head.ts'
import type { Assignment, ChatRecord, CustomerRecord, LastAgent } from '../../core/records.ts'
import type { Engine } from '../engines/engine.ts'
import type { AssignmentRow, Tables } from '../schema.ts'
import { createAgentReads, type AgentReads } from './agent-reads.ts'
import { inboxText, toInboxRow, type InboxRow, type JoinedInboxRow } from './inbox-rows.ts'
import { RECORD_COLUMNS, toAssignment, toCustomerRecord, toRecord, type RecordRow } from './read-rows.ts'

/** The first chats of a sorted list. `isWhole`: the list has no more. */
export interface Part {
  readonly records: readonly ChatRecord[]
  readonly isWhole: boolean
}

/** The first entries of a sorted list, without their chats. */
export interface Entries {
  readonly entries: readonly Entry<ChatId>[]
  /** The last entry that was read if the list has more, else `null`. */
  readonly limit: Entry<ChatId> | null
}

/** The queries from which an account's state is read. Each statement has a fixed text, compiled once. */
export interface Reads extends AgentReads {
  account(): Promise<Selectable<Tables['account']>>
  agents(): Promise<Selectable<Tables['agent']>[]>
  members(): Promise<Selectable<Tables['department_member']>[]>
  departments(): Promise<Selectable<Tables['department']>[]>
  lastSeq(): Promise<number>
  hasPolicy(version: string): Promise<boolean>
  /** Chats with their open assignments; unknown chats are left out. */
  chats(ids: readonly ChatId[]): Promise<ChatRecord[]>
  customers(ids: readonly CustomerId[]): Promise<Map<CustomerId, LastAgent>>
  /** Customers as they were last read from HelpCrunch. */
  customerRecords(ids: readonly CustomerId[]): Promise<Map<CustomerId, CustomerRecord>>
  /** The pools in which assignments wait. */
  pools(): Promise<string[]>
  /** The first assignments of a pool that may be tried at `now`; times after `farthest` count as due. */
  pool(pool: string, now: number, farthest: number): Promise<Part>
  /** The first assignments that wait for a time between `now` and `farthest`. */
  later(now: number, farthest: number): Promise<Part>
  decided(): Promise<ChatRecord[]>
  /** Chats sorted by when time next changes them. */
  due(): Promise<Entries>
  /** Chats that take capacity, sorted by when they last changed. */
  active(): Promise<Entries>
  letter(id: AssignmentId): Promise<Assignment | null>
  /** Whether the event is stored. */
  isKnown(id: EventId): Promise<boolean>
  /** The account's inbox rows, the oldest first. */
  inbox(most: number): Promise<InboxRow[]>
  rosterSeenAt(): Promise<number | null>
  requests(since: number): Promise<number[]>
}

export function createReads(engine: Engine, accountId: AccountId): Reads {
  const { place: p, oneOf, joinOne, list } = engine
  const read = <Row>(text: string, ...values: readonly unknown[]) => engine.read<Row>(text, [accountId, ...values])
  const ofAccount = `account_id = ${p(1)}`
  // Each table is filtered by its own index: the planner's plan may be from a time when both tables were empty.
  const chatsText = (isOf: (column: string) => string): string => `select ${RECORD_COLUMNS} from chat
    left join assignment as open
    on open.account_id = ${p(1)} and ${isOf('open.chat_id')} and open.chat_id = chat.id and open.settled_at is null
    where chat.account_id = ${p(1)} and ${isOf('chat.id')}`
  const oneChatText = chatsText((column) => `${column} = ${p(2)}`)
  const manyChatsText = chatsText((column) => oneOf(column, 2))
  /** The first open assignments that fulfil the condition, in this order, each with its chat. */
  const firstOpen = (condition: string, order: string, limit = ''): string => `select ${RECORD_COLUMNS}
    from (select * from assignment as open where open.account_id = ${p(1)} and ${condition} order by ${order} ${limit}) as open
    ${joinOne('chat', 'chat', `chat.account_id = ${p(1)} and chat.id = open.chat_id`)} order by ${order}`
  const isDue = (from: number) => `(open.not_before <= ${p(from)} or open.not_before > ${p(from + 1)})`

  async function part(condition: string, order: string, ...values: readonly unknown[]): Promise<Part> {
    const rows = await read<RecordRow>(firstOpen(condition, order, `limit ${HEAD_SIZE}`), ...values)
    return { records: rows.map(toRecord), isWhole: rows.length < HEAD_SIZE }
  }

  async function entriesBy(...columns: readonly { column: string; where: string }[]): Promise<Entries> {
    const texts = columns.map(
      ({ column, where }) =>
        `select * from (select id, ${column} as at from chat where ${ofAccount} and ${where} order by ${column} limit ${HEAD_SIZE}) as by_${column}`,
    )
    const lists = await Promise.all(texts.map((text) => read<Entry<ChatId>>(text)))
    // A list that was cut off at its limit may lack entries after its last one.
    const limits = lists.filter((entries) => entries.length === HEAD_SIZE).map((entries) => entries.at(-1)?.at ?? 0)
    const limit = Math.min(...limits)
    const first = new Map<ChatId, number>()
    for (const { id, at } of lists.flat()) if (at <= limit) first.set(id, Math.min(at, first.get(id) ?? Infinity))
    const entries = Array.from(first, ([id, at]) => ({ id, at }))
    return { entries, limit: limits.length === 0 ? null : { at: limit, id: Number.MAX_SAFE_INTEGER as ChatId } }
  }

  return {
    ...createAgentReads(engine, accountId),
    async account() {
      const [row] = await read<Selectable<Tables['account']>>(`select * from account where id = ${p(1)}`)
      if (row === undefined) throw new Error(`account ${accountId} is not in the database`)
      return row
    },
    agents: () => read(`select * from agent where ${ofAccount} order by id`),
    members: () => read(`select * from department_member where ${ofAccount} order by department_id, agent_id`),
    departments: () => read(`select * from department where ${ofAccount} order by id`),
    async lastSeq() {
      const [row] = await read<{ seq: number | null }>(`select max(seq) as seq from journal where ${ofAccount}`)
      return row?.seq ?? 0
    },
    async hasPolicy(version) {
      return (
        (await read(`select 1 as is_there from policy where ${ofAccount} and version = ${p(2)}`, version)).length > 0
      )
    },
    async chats(ids) {
      if (ids.length === 0) return []
      // Most often there is one id; a list parameter would cost more than the lookup.
      const rows = ids.length === 1 ? read<RecordRow>(oneChatText, ids[0]) : read<RecordRow>(manyChatsText, list(ids))
      return (await rows).map(toRecord)
    },
    async customers(ids) {
      if (ids.length === 0) return new Map()
      const text = `select customer_id, agent_id, at from customer_agent where ${ofAccount} and ${oneOf('customer_id', 2)}`
      const rows = await read<{ customer_id: CustomerId; agent_id: AgentId; at: number }>(text, list(ids))
      return new Map(rows.map(({ customer_id, agent_id, at }) => [customer_id, { agentId: agent_id, at }]))
    },
    async customerRecords(ids) {
      if (ids.length === 0) return new Map()
      const text = `select customer_id, read_at, data from customer where ${ofAccount} and ${oneOf('customer_id', 2)}`
      const rows = await read<{ customer_id: CustomerId; read_at: number; data: string }>(text, list(ids))
      return new Map(rows.map(({ customer_id, read_at, data }) => [customer_id, toCustomerRecord(read_at, data)]))
    },
    async pools() {
      const rows = await read<{ pool: string }>(`
        with recursive pools(pool) as (
          select min(pool) from assignment where ${ofAccount} and state = 'waiting'
          union all
          select (select min(pool) from assignment where ${ofAccount} and state = 'waiting' and assignment.pool > pools.pool)
          from pools where pools.pool is not null
        ) select pool from pools where pool is not null`)
      return rows.map(({ pool }) => pool)
    },
    pool: (pool, now, farthest) =>
      part(
        `open.state = 'waiting' and open.pool = ${p(2)} and ${isDue(3)}`,
        'open.rank_at, open.id',
        pool,
        now,
        farthest,
      ),
    later: (now, farthest) =>
      part(
        `open.settled_at is null and open.not_before > 0 and open.state = 'waiting' and not ${isDue(2)}`,
        'open.not_before',
        now,
        farthest,
      ),
    decided: async () =>
      (await read<RecordRow>(firstOpen(`open.state = 'decided'`, 'open.rank_at, open.id'))).map(toRecord),
    due: () =>
      entriesBy(
        { column: 'snoozed_until', where: 'snoozed_until is not null' },
        { column: 'answer_due_at', where: 'answer_due_at is not null' },
        { column: 'hand_over_at', where: 'hand_over_at is not null' },
      ),
    active: () => entriesBy({ column: 'active_at', where: 'held_load > 0' }),
    async letter(id) {
      const [row] = await read<AssignmentRow>(`select * from assignment where ${ofAccount} and id = ${p(2)}`, id)
      return row === undefined ? null : toAssignment(row)
    },
    async isKnown(id) {
      return (await read(`select 1 as is_there from event where ${ofAccount} and id = ${p(2)}`, id)).length > 0
    },
    async inbox(most) {
      const rows = await read<JoinedInboxRow>(inboxText(engine, ofAccount), most)
      return rows.map(toInboxRow)
    },
    async rosterSeenAt() {
      const [row] = await read<{ at: number | null }>(`select max(seen_at) as at from agent where ${ofAccount}`)
      return row?.at ?? null
    },
    async requests(since) {
      const text = `select sent_at from request where ${ofAccount} and sent_at >= ${p(2)}`
      return (await read<{ sent_at: number }>(text, since)).map(({ sent_at }) => sent_at)
    },
  }
}
