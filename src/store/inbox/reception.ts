import type { AccountId, Clock, CustomerEvent, EventId } from '../../domain.ts'
import type { SortedEvent } from '../../core/records.ts'
import type { Engine } from '../engines/engine.ts'
import type { Health } from '../health.ts'
import { createGroupCommit } from './group-commit.ts'

/** Only a refusal within this time is retried, since the sender of a webhook does not wait long. */
const RETRY_WITHIN_MS = 1000

/**
 * An event as the inbox keeps it, with the time of its acknowledgement: it may stay there while no instance decides.
 */
export type Received = Told & { readonly receivedAt: number }

/** The event of a webhook. */
type Told = { readonly event: SortedEvent } | { readonly customerEvent: CustomerEvent }
type Arriving = Received & { readonly accountId: AccountId }

export interface Reception {
  add(accountId: AccountId, told: Told): Promise<'accepted' | 'duplicate'>
  /** Resolves when all events added so far are stored. */
  settled(): Promise<void>
}

/**
 * Stores events of all accounts that wait at the same time in one statement, for the deciding instances. It waits for
 * no account's lock.
 * @param onLeft called for an account with new rows in its inbox
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
   * Retries once after a quick refusal: an ended connection or a deadlock is no outage. If the first try stored an
   * event after all, the second finds a duplicate.
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
    add: (accountId, told) => group.add({ accountId, ...told, receivedAt: clock.now() }),
    settled: group.settled,
  }
}

/**
 * Stores events and inbox rows in one statement; an id is unique within its account. A commit that wrote nothing does
 * not wait for a standby (postgresql.org/docs/current/warm-standby.html, synchronous replication). But the standby may
 * not have the original of a duplicate yet, so a duplicate writes a message to the log and waits as the original did.
 */
const STORE = `
with arrived as (
  select * from json_to_recordset($1::json) as r(
    place int, account_id bigint, id text, type text, chat_id bigint, occurred_at bigint, received_at bigint,
    customer_id bigint, data text)
), stored as (
  insert into event (account_id, id, type, chat_id, occurred_at, received_at)
  select account_id, id, type, coalesce(chat_id, 0), occurred_at, received_at from arrived order by account_id, id
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
  for (const [place, { accountId, ...received }] of arriving.entries()) {
    const event = eventOf(received)
    const isOfChat = 'chatId' in event
    const key = `${accountId} ${event.id}`
    if (first.has(key)) continue
    first.set(key, {
      place,
      account_id: accountId,
      id: event.id,
      type: event.type,
      chat_id: isOfChat ? event.chatId : null,
      occurred_at: event.occurredAt,
      received_at: received.receivedAt,
      customer_id: isOfChat ? event.facts.customerId : null,
      data: JSON.stringify(received satisfies Received),
    })
  }
  const values = [engine.json([...first.values()])]
  const rows = await engine.readUrgent<{ account_id: AccountId; id: EventId }>(STORE, values)
  // The first event with an id takes it out of the set: a second one in the same group is its duplicate.
  const unseen = new Set(rows.map(({ account_id, id }) => `${account_id} ${id}`))
  return arriving.map((each) => (unseen.delete(`${each.accountId} ${eventOf(each).id}`) ? 'accepted' : 'duplicate'))
}

function eventOf(received: Told): SortedEvent | CustomerEvent {
  return 'event' in received ? received.event : received.customerEvent
}
