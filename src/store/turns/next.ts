import { sql, type RawBuilder } from 'kysely'
import type { AssignmentId, ChatId } from '../../domain.ts'
import type { Except } from '../contract.ts'
import type { Engine } from '../engines/engine.ts'
import type { TxScope } from '../scope.ts'

/**
 * No retry is ever put off longer than this: what seems to be further away was written before the clock was set back,
 * and is due.
 */
const MAX_RETRY_DELAY_MS = 20 * 60_000

/** That an assignment is due, and not under way. */
export function isTakeable(engine: Engine, now: number, { assignments }: Except): RawBuilder<unknown> {
  const isDue = sql`(not_before <= ${now} or not_before > ${now + MAX_RETRY_DELAY_MS})`
  return assignments.length === 0 ? isDue : sql`${isDue} and not (${engine.isOneOf('id', assignments)})`
}

/**
 * The oldest assignment that is due: the head of each pool that is not blocked, and of those decided before. Each head
 * is one step into an index, so that a million waiting chats cost as much as ten. Nothing is joined: a planner that takes the table for
 * nearly empty would read all of it.
 */
export async function findNext(
  { db, accountId, engine }: TxScope,
  now: number,
  except: Except,
): Promise<{ id: AssignmentId; chat_id: ChatId } | null> {
  const isNext = isTakeable(engine, now, except)
  const isUnblocked = except.pools.length === 0 ? sql`1 = 1` : sql`not (${engine.isOneOf('pool', except.pools)})`
  const found = await sql<{ id: AssignmentId; chat_id: ChatId }>`
    with recursive pools(pool) as (
      select min(pool) from assignment where account_id = ${accountId} and state = 'waiting'
      union all
      select (
        select min(pool) from assignment
        where account_id = ${accountId} and state = 'waiting' and assignment.pool > pools.pool
      )
      from pools where pools.pool is not null
    ), heads(id) as (
      select (
        select id from assignment
        where account_id = ${accountId} and state = 'waiting' and assignment.pool = pools.pool and ${isNext}
        order by rank_at, id limit 1
      ) from pools where pool is not null and ${isUnblocked}
      union all
      select id from (
        select id from assignment
        where account_id = ${accountId} and state = 'decided' and ${isNext}
        order by rank_at, id limit 1
      ) as decided
    )
    select id, chat_id from assignment where id = (
      select id from (
        select id, (select rank_at from assignment where assignment.id = heads.id) as rank_at from heads where id is not null
      ) as ranked
      order by rank_at, id limit 1
    )
  `.execute(db)
  return found.rows[0] ?? null
}
