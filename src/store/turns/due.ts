import { sql, type RawBuilder } from 'kysely'
import type { ChatPolicy } from '../../decision.ts'
import type { AccountId } from '../../domain.ts'
import type { Except } from '../contract.ts'
import type { Scope } from '../scope.ts'
import { isTakeable } from './next.ts'

/** What comes due at once is done a hundred at a time; the next turn goes on. */
export const MAX_SWEPT = 100

/** The chats that are due, of each kind those that have been so for longest. */
export function headsOf(accountId: AccountId, now: number, silentMs: number | null): RawBuilder<unknown>[] {
  const headOf = (column: string, where: RawBuilder<unknown>) => sql`
    select id from (
      select id from chat where account_id = ${accountId} and ${where} order by ${sql.ref(column)} limit ${sql.lit(MAX_SWEPT)}
    ) as ${sql.ref(`by_${column}`)}`
  const kinds = ['snoozed_until', 'answer_due_at', 'hand_over_at'].map((column) =>
    headOf(column, sql`${sql.ref(column)} <= ${now}`),
  )
  if (silentMs !== null) kinds.push(headOf('active_at', sql`held_load > 0 and active_at <= ${now - silentMs}`))
  return kinds
}

/**
 * Whether a turn could find anything: an arrival, a chat that is due, an assignment that is open and not under way. One
 * look instead of a transaction, which is most of what accounts cost in which nothing happens.
 */
export async function isAnythingThere(
  { db, accountId, engine }: Scope,
  now: number,
  except: Except,
  { silentMs, handsOverPaused }: ChatPolicy,
): Promise<boolean> {
  const places = [
    sql`select 1 from inbox where account_id = ${accountId}`,
    sql`select 1 from assignment where account_id = ${accountId} and state = 'waiting'`,
    sql`select 1 from assignment where account_id = ${accountId} and state = 'decided' and ${isTakeable(engine, now, except)}`,
    ...headsOf(accountId, now, silentMs),
  ]
  if (handsOverPaused) places.push(sql`select 1 from agent where account_id = ${accountId} and paused_until > ${now}`)
  const isThere = sql.join(
    places.map((place) => sql`exists (${place})`),
    sql` or `,
  )
  const { rows } = await sql`select 1 as is_there where ${isThere}`.execute(db)
  return rows.length > 0
}

/** When something falls due that is not due yet (a retry, the end of a snooze, an answer), or `null`. */
export async function nextDueAt(
  { db, accountId }: Scope,
  now: number,
  { silentMs }: ChatPolicy,
): Promise<number | null> {
  const ofAccount = sql`account_id = ${accountId}`
  const { rows } = await sql<Record<'retry' | 'snooze' | 'answer' | 'handedOver' | 'active', number | null>>`
    select
      (select min(not_before) from assignment
        where ${ofAccount} and settled_at is null and not_before > 0 and not_before > ${now}) as retry,
      (select min(snoozed_until) from chat where ${ofAccount} and snoozed_until > ${now}) as snooze,
      (select min(answer_due_at) from chat where ${ofAccount} and answer_due_at is not null) as answer,
      (select min(hand_over_at) from chat where ${ofAccount} and hand_over_at is not null) as "handedOver",
      ${silentMs === null ? sql`null` : sql`(select min(active_at) from chat where ${ofAccount} and held_load > 0)`} as active
  `.execute(db)
  const [{ retry, snooze, answer, handedOver, active }] = rows as [(typeof rows)[0]]
  const silentAt = silentMs === null || active === null ? null : active + silentMs
  const times = [retry, snooze, answer, handedOver, silentAt].filter((at) => at !== null)
  return times.length === 0 ? null : Math.min(...times)
}
