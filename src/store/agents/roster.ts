import type { Roster } from '../../domain.ts'
import { sql } from 'kysely'
import { insertRows } from '../insert-rows.ts'
import type { Scope, TxScope } from '../scope.ts'

/** Replaces the roster. Agents who are no longer listed stay known, since chats may still be theirs, but get no more. */
export async function saveRoster(scope: TxScope, roster: Roster, seenAt: number): Promise<void> {
  const { db, accountId, engine } = scope
  scope.touched = 'all'
  const known = await db
    .selectFrom('agent')
    .select(['id', 'turn', 'credit', 'is_listed'])
    .where('account_id', '=', accountId)
    .execute()
  const listed = known.filter((agent) => agent.is_listed === 1)
  const newcomersTurn = median(listed.map(({ turn }) => turn))
  const newcomersCredit = mean(listed.map(({ credit }) => credit))
  await db.updateTable('agent').set({ is_listed: 0 }).where('account_id', '=', accountId).execute()
  const rows = [...new Map(roster.agents.map((agent) => [agent.id, agent])).values()].map(({ id, name }) => ({
    account_id: accountId,
    id,
    name,
    is_listed: 1,
    is_set_aside: 0,
    load: 0,
    turn: newcomersTurn,
    credit: newcomersCredit,
    recent_at: '[]',
    missed_in_row: 0,
    seen_at: seenAt,
  }))
  if (rows.length > 0) {
    await sql`
      ${insertRows(engine, 'agent', rows)} on conflict (account_id, id) do update set
        name = excluded.name, is_listed = 1, is_set_aside = 0, seen_at = excluded.seen_at
    `.execute(db)
  }
  // Somebody whose chats were seen before they were listed has no place in the rotation yet.
  const unlisted = new Set(known.filter(({ turn, is_listed }) => is_listed === 0 && turn === 0).map(({ id }) => id))
  const returning = roster.agents.filter(({ id }) => unlisted.has(id)).map(({ id }) => id)
  if (returning.length > 0) {
    await db
      .updateTable('agent')
      .set({ turn: newcomersTurn, credit: newcomersCredit })
      .where('account_id', '=', accountId)
      .where(engine.isOneOf('id', returning))
      .execute()
  }
  await saveDepartments(scope, roster)
}

async function saveDepartments({ db, accountId, engine }: TxScope, roster: Roster): Promise<void> {
  await db.deleteFrom('department_member').where('account_id', '=', accountId).execute()
  await db.deleteFrom('department').where('account_id', '=', accountId).execute()
  const departments = roster.departments.map(({ id, name }) => ({ account_id: accountId, id, name }))
  const members = roster.departments.flatMap(({ id, agentIds }) =>
    agentIds.map((agentId) => ({ account_id: accountId, department_id: id, agent_id: agentId })),
  )
  if (departments.length > 0)
    await sql`${insertRows(engine, 'department', departments)} on conflict do nothing`.execute(db)
  if (members.length > 0)
    await sql`${insertRows(engine, 'department_member', members)} on conflict do nothing`.execute(db)
}

/** When HelpCrunch last listed anybody. */
export async function rosterSeenAt({ db, accountId }: Scope): Promise<number | null> {
  const row = await db
    .selectFrom('agent')
    .select(({ fn }) => fn.max('seen_at').as('seenAt'))
    .where('account_id', '=', accountId)
    .executeTakeFirst()
  return row?.seenAt ?? null
}

/** The lower middle, or 0 for nobody. */
function median(turns: readonly number[]): number {
  const sorted = turns.toSorted((a, b) => a - b)
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0
}

function mean(numbers: readonly number[]): number {
  return numbers.length === 0 ? 0 : numbers.reduce((sum, each) => sum + each, 0) / numbers.length
}
