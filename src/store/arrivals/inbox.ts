import { sql } from 'kysely'
import type { ChatPolicy } from '../../decision.ts'
import type { AccountId, EventId } from '../../domain.ts'
import { applyEvents, type Received } from './apply.ts'
import type { SortedEvent } from '../../core/chat-facts.ts'
import { insertRows } from '../insert-rows.ts'
import type { Change } from '../contract.ts'
import type { Engine } from '../engines/engine.ts'
import type { Database, Tx } from '../schema.ts'
import type { Scope, TxScope } from '../scope.ts'

/** Bounds how long one transaction takes. */
const MAX_TAKEN_IN = 500
/** In place of an event. */
const MISSED = 'missed'

export interface Arrived {
  readonly accountId: AccountId
  readonly event: SortedEvent
  readonly receivedAt: number
}

/** Stores events, and finds those that were stored before; an id is unique within its account. */
export async function storeEvents(
  tx: Tx,
  engine: Engine,
  arrived: readonly Arrived[],
): Promise<('accepted' | 'duplicate')[]> {
  const rows = arrived.map(({ accountId, event, receivedAt }) => ({
    account_id: accountId,
    id: event.id,
    type: event.type,
    chat_id: event.chatId,
    occurred_at: event.occurredAt,
    received_at: receivedAt,
  }))
  // In one order everywhere: two copies that store the same events would wait for each other.
  const sorted = rows.toSorted((a, b) => a.account_id - b.account_id || (a.id < b.id ? -1 : 1))
  const inserted = await sql<{ account_id: AccountId; id: EventId }>`
    ${insertRows(engine, 'event', sorted)} on conflict (account_id, id) do nothing returning account_id, id
  `.execute(tx)
  // An id leaves the set with the first event that has it: a second one in the same group is its duplicate.
  const unseen = new Set(inserted.rows.map(({ account_id, id }) => `${account_id} ${id}`))
  return rows.map(({ account_id, id }) => (unseen.delete(`${account_id} ${id}`) ? 'accepted' : 'duplicate'))
}

/** Leaves events for the copy that decides for their accounts. */
export async function leaveInInbox(tx: Tx, engine: Engine, arrived: readonly Arrived[]): Promise<void> {
  const rows = arrived.map(({ accountId, event, receivedAt }) => ({
    account_id: accountId,
    chat_id: event.chatId,
    data: JSON.stringify({ event, receivedAt } satisfies Received),
  }))
  await insertRows(engine, 'inbox', rows).execute(tx)
}

/** Tells the copy that decides that somebody else has changed the account. */
export async function leaveNote({ db, accountId }: Scope): Promise<void> {
  await db.insertInto('inbox').values({ account_id: accountId, chat_id: null, data: null }).execute()
}

/** Tells the copies that decide for these accounts that this one had to refuse webhooks. */
export async function leaveWordOfMissed(db: Database, accountIds: readonly AccountId[]): Promise<void> {
  const words = accountIds.map((accountId) => ({ account_id: accountId, chat_id: null, data: MISSED }))
  await db.insertInto('inbox').values(words).execute()
}

/**
 * Takes in what others have stored for this account.
 * @returns `isAll`: nothing was left for the next time
 */
export async function takeIn(
  scope: TxScope,
  now: number,
  policy: ChatPolicy,
): Promise<{ change: Change; isAll: boolean }> {
  const { rows } = await sql<{ id: number; data: string | null }>`
    delete from inbox where account_id = ${scope.accountId} and id <= (
      select max(id) from (
        select id from inbox where account_id = ${scope.accountId} order by id limit ${MAX_TAKEN_IN}
      ) as oldest
    ) returning id, data
  `.execute(scope.db)
  const events: Received[] = []
  let hasMissed = false
  for (const { data } of rows.toSorted((a, b) => a.id - b.id)) {
    if (data === null) scope.touched = 'all'
    else if (data === MISSED) hasMissed = true
    else events.push(JSON.parse(data) as Received)
  }
  const change = await applyEvents(scope, events, now, policy)
  const isChanged = events.length < rows.length
  return {
    change: { ...change, hasMissed, hasWork: change.hasWork || isChanged, hasFreed: change.hasFreed || isChanged },
    isAll: rows.length < MAX_TAKEN_IN,
  }
}

/** The accounts for which others have stored something: one step into an index for each, however much that is. */
export async function accountsWithArrivals(db: Scope['db']): Promise<AccountId[]> {
  const { rows } = await sql<{ id: AccountId }>`
    with recursive arrived(id) as (
      select min(account_id) from inbox
      union all
      select (select min(account_id) from inbox where account_id > arrived.id) from arrived where arrived.id is not null
    ) select id from arrived where id is not null
  `.execute(db)
  return rows.map(({ id }) => id)
}
