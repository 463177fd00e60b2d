import type { AgentId } from '../../domain.ts'
import { HUNDREDTHS } from '../../core/plain-policy.ts'
import type { Scope } from './scope.ts'
import type { AgentRow, Page, Reports } from './contract.ts'
import { cutPage, readKey } from './page.ts'
import { isUnanswered } from './unanswered.ts'

/** Lists the agents in HelpCrunch's roster by id, each with load and the chats assigned since `since`. */
export async function listAgents(
  scope: Scope,
  { search, since, limit, after }: Parameters<Reports['agents']>[0],
): Promise<Page<AgentRow>> {
  const { db, accountId, engine } = scope
  let query = db.selectFrom('agent').selectAll().where('account_id', '=', accountId).where('is_listed', '=', 1)
  if (search !== undefined && search !== '') query = query.where(engine.isOneOf('id', await namedLike(scope, search)))
  const [afterId = 0] = readKey(after, 1) ?? []
  const rows = await query
    .where('id', '>', afterId as AgentId)
    .orderBy('id')
    .limit(limit + 1)
    .execute()
  const { items, next } = cutPage(rows, limit, ({ id }) => [id])
  const ids = items.map(({ id }) => id)
  if (ids.length === 0) return { items: [], next }
  const [departments, given, unanswered] = [
    await departmentsOf(scope, ids),
    await givenSince(scope, since),
    await unansweredSince(scope),
  ]
  return {
    next,
    items: items.map((row) => ({
      agentId: row.id,
      agentName: row.name,
      departments: departments.get(row.id) ?? [],
      load: row.load / HUNDREDTHS,
      pausedUntil: row.paused_until,
      isSetAside: row.is_set_aside === 1,
      missedInRow: row.missed_in_row,
      allowanceLeft: row.allowance_left,
      allowanceUntil: row.allowance_until,
      lastActiveAt: row.last_active_at,
      givenToday: given.get(row.id) ?? 0,
      unansweredSince: unanswered.get(row.id) ?? null,
    })),
  }
}

/** Finds agents by name. Done here, because databases fold the case of some alphabets only. */
async function namedLike({ db, accountId }: Scope, search: string): Promise<AgentId[]> {
  const listed = db.selectFrom('agent').select(['id', 'name']).where('account_id', '=', accountId)
  const agents = await listed.where('is_listed', '=', 1).execute()
  const wanted = fold(search)
  return agents.filter(({ name }) => fold(name).includes(wanted)).map(({ id }) => id)
}

function fold(text: string): string {
  return text.normalize('NFC').toLowerCase()
}

async function departmentsOf({ db, accountId, engine }: Scope, ids: readonly AgentId[]) {
  const rows = await db
    .selectFrom('department_member as member')
    .innerJoin('department', (join) =>
      join.onRef('department.account_id', '=', 'member.account_id').onRef('department.id', '=', 'member.department_id'),
    )
    .select(['member.agent_id as agentId', 'department.id as id', 'department.name as name'])
    .where('member.account_id', '=', accountId)
    .where(engine.isOneOf('member.agent_id', ids))
    .orderBy('department.id')
    .execute()
  return new Map(
    Array.from(
      Map.groupBy(rows, ({ agentId }) => agentId),
      ([agentId, group]) => [agentId, group.map(({ id, name }) => ({ id, name }))],
    ),
  )
}

async function givenSince({ db, accountId }: Scope, since: number): Promise<Map<AgentId | null, number>> {
  const rows = await db
    .selectFrom('assignment')
    .select(['agent_id as agentId', ({ fn }) => fn.countAll<number>().as('chats')])
    .where('account_id', '=', accountId)
    .where('settled_at', '>=', since)
    .where('state', '=', 'assigned')
    .groupBy('agent_id')
    .execute()
  return new Map(rows.map(({ agentId, chats }) => [agentId, chats]))
}

async function unansweredSince({ db, accountId }: Scope): Promise<Map<AgentId | null, number | null>> {
  const rows = await db
    .selectFrom('chat')
    .select(['assignee_id as agentId', ({ fn }) => fn.min('last_customer_message_at').as('since')])
    .where('account_id', '=', accountId)
    .where(isUnanswered)
    .groupBy('assignee_id')
    .execute()
  return new Map(rows.map(({ agentId, since }) => [agentId, since]))
}
