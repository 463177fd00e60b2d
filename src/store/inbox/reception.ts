import type { AccountId, Clock, EventId } from '../../domain.ts'
import type { SortedEvent } from '../../core/records.ts'
import type { Engine } from '../engines/engine.ts'
import type { Health } from '../health.ts'
import { createGroupCommit } from './group-commit.ts'

/** The sender of a webhook does not wait for long. */
const RETRY_WITHIN_MS = 1000

/** An event as the inbox keeps it, and when it was acknowledged: it may lie there while no instance decides. */
export interface Received {
  readonly event: SortedEvent
  readonly receivedAt: number
}

interface Arriving extends Received {
  readonly accountId: AccountId
}

export interface Reception {
  add(accountId: AccountId, event: SortedEvent): Promise<'accepted' | 'duplicate'>
  /** Resolves when all that were added are stored. */
  settled(): Promise<void>
}

/**
 * Stores events for the instances that decide for their accounts, of all accounts that wait at that moment in one statement: no
 * account's lock is waited for.
 * @param onLeft something was left for the instance that decides for this account
 */
export function createReception(parts: {
  engine: Engine
  health: Health
  clock: Clock
  onLeft: (accountId: AccountId) => void
}): Reception {
  const { engine, health, clock } = parts

  const group = createGroupCommit(async (arriving: readonly Arriving[]) => {
    const stored = await health.answer(() => tryAgain(() => store(engine, arriving)), true)
    health.noteWritten()
    const accepted = arriving.filter((_each, index) => stored[index] === 'accepted')
    for (const accountId of new Set(accepted.map((each) => each.accountId))) parts.onLeft(accountId)
    return stored
  })

  /**
   * Once more where the database refused at once: an ended connection or a deadlock is no outage. What the first try did
   * store after all, the second finds to be a duplicate.
   */
  async function tryAgain<T>(work: () => Promise<T>): Promise<T> {
    const startedAt = clock.monotonic()
    try {
      return await work()
    } catch (error) {
      if (clock.monotonic() - startedAt < RETRY_WITHIN_MS && engine.isRefusal(error)) return work()
      throw error
    }
  }

  return {
    add: (accountId, event) => group.add({ accountId, event, receivedAt: clock.now() }),
    settled: group.settled,
  }
}

/**
 * Events and inbox in one statement; an id is unique within its account. A commit that has written nothing does not wait for a
 * standby (postgresql.org/docs/current/warm-standby.html, synchronous replication): a duplicate may be on none yet, so it
 * writes a message to the log and waits as the first one did.
 */
const STORE = `
with arrived as (
  select * from json_to_recordset($1::json) as r(
    place int, account_id bigint, id text, type text, chat_id bigint, occurred_at bigint, received_at bigint,
    customer_id bigint, data text)
), stored as (
  insert into event (account_id, id, type, chat_id, occurred_at, received_at)
  select account_id, id, type, chat_id, occurred_at, received_at from arrived order by account_id, id
  on conflict (account_id, id) do nothing returning account_id, id
), queued as (
  insert into inbox (account_id, chat_id, customer_id, data)
  select account_id, chat_id, customer_id, data from arrived where (account_id, id) in (select account_id, id from stored) order by place
), waits as (
  select case when (select count(*) from stored) < (select count(*) from arrived)
    then pg_logical_emit_message(true, 'autoassign', '') end
)
select stored.account_id, stored.id from stored, waits`

async function store(engine: Engine, arriving: readonly Arriving[]): Promise<('accepted' | 'duplicate')[]> {
  const first = new Map<string, object>()
  for (const [place, { accountId, event, receivedAt }] of arriving.entries()) {
    const key = `${accountId} ${event.id}`
    if (first.has(key)) continue
    first.set(key, {
      place,
      account_id: accountId,
      id: event.id,
      type: event.type,
      chat_id: event.chatId,
      occurred_at: event.occurredAt,
      received_at: receivedAt,
      customer_id: event.facts.customerId,
      data: JSON.stringify({ event, receivedAt } satisfies Received),
    })
  }
  const values = [engine.json([...first.values()])]
  const rows = await engine.readUrgent<{ account_id: AccountId; id: EventId }>(STORE, values)
  // An id leaves the set with the first event that has it: a second one in the same group is its duplicate.
  const unseen = new Set(rows.map(({ account_id, id }) => `${account_id} ${id}`))
  return arriving.map(({ accountId, event }) => (unseen.delete(`${accountId} ${event.id}`) ? 'accepted' : 'duplicate'))
}
