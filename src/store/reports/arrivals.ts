import { sql } from 'kysely'
import type { Scope } from './scope.ts'
import type { Arrivals, Reports } from './contract.ts'

/** The offset of every time zone is a multiple of it, so that each quarter lies within one local hour. */
const QUARTER_MS = 900_000

/** Counts the chats that needed an agent in each quarter of an hour, and those that waited longer than the target. */
export async function readArrivals(
  { db, accountId }: Scope,
  { from, to, departmentId, targetMs }: Parameters<Reports['arrivals']>[0],
): Promise<readonly Arrivals[]> {
  const ofDepartment =
    departmentId === undefined
      ? sql``
      : sql`and exists (select 1 from chat where chat.account_id = a.account_id and chat.id = a.chat_id and chat.department_id = ${departmentId})`
  // An assignment settled before `from` was opened before it, so the index by age suffices.
  const { rows } = await sql<Arrivals>`
    select opened_at - opened_at % ${sql.lit(QUARTER_MS)} as at, count(*) as chats,
      sum(case when coalesce(settled_at, ${to}) - opened_at > ${targetMs} then 1 else 0 end) as waited
    from (
      select opened_at, settled_at from assignment a
      where account_id = ${accountId} and settled_at >= ${from} and opened_at >= ${from} and opened_at < ${to} ${ofDepartment}
      union all
      select opened_at, settled_at from assignment a
      where account_id = ${accountId} and settled_at is null and opened_at >= ${from} and opened_at < ${to} ${ofDepartment}
    ) as opened
    group by 1 order by 1`.execute(db)
  return rows
}
