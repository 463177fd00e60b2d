import { sql } from 'kysely'
import type { Decision } from '../../decision.ts'
import type { Agent, AgentId, Department, DepartmentId } from '../../domain.ts'
import { HUNDREDTHS } from '../../core/plain-policy.ts'
import { touch, type Scope, type TxScope } from '../scope.ts'

/** As many as a guard may ask for. */
const MAX_RECENT = 20

/** The agents whom HelpCrunch lists, by their ids: all, or some of them. */
export async function loadAgents(scope: Scope, ids?: readonly AgentId[]): Promise<Agent[]> {
  const { db, accountId, engine } = scope
  const ofAccount = db.selectFrom('agent').selectAll().where('account_id', '=', accountId)
  const listed = ofAccount.where('is_listed', '=', 1).orderBy('id')
  const rows = await (ids === undefined ? listed : listed.where(engine.isOneOf('id', ids))).execute()
  const memberships = db.selectFrom('department_member').selectAll().where('account_id', '=', accountId)
  const members = await (ids === undefined ? memberships : memberships.where(engine.isOneOf('agent_id', ids))).execute()
  const departments = new Map<AgentId, DepartmentId[]>()
  for (const { agent_id, department_id } of members) {
    const known = departments.get(agent_id)
    if (known === undefined) departments.set(agent_id, [department_id])
    else known.push(department_id)
  }
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    departmentIds: departments.get(row.id) ?? [],
    pausedUntil: row.paused_until,
    isSetAside: row.is_set_aside === 1,
    load: row.load / HUNDREDTHS,
    turn: row.turn,
    credit: row.credit,
    recentAt: JSON.parse(row.recent_at) as number[],
    lastActiveAt: row.last_active_at,
    missedInRow: row.missed_in_row,
  }))
}

/** The departments of the roster, each with its members. */
export async function loadDepartments({ db, accountId }: Scope): Promise<Department[]> {
  const rows = await db.selectFrom('department').selectAll().where('account_id', '=', accountId).orderBy('id').execute()
  const members = await db.selectFrom('department_member').selectAll().where('account_id', '=', accountId).execute()
  const byDepartment = Map.groupBy(members, ({ department_id }) => department_id)
  return rows.map(({ id, name }) => ({
    id,
    name,
    agentIds: (byDepartment.get(id) ?? []).map(({ agent_id }) => agent_id),
  }))
}

/** Moves the chosen agent on in the rotation, and writes what all candidates are owed. */
export async function noteChosen(scope: TxScope, agent: Agent, decision: Decision): Promise<void> {
  const { db, accountId, engine } = scope
  const { credits, decidedAt } = decision
  touch(scope, agent.id)
  await db
    .updateTable('agent')
    .set({
      turn: sql`(select max(turn) + 1 from agent where account_id = ${accountId})`,
      recent_at: JSON.stringify([...agent.recentAt, decidedAt].slice(-MAX_RECENT)),
    })
    .where('account_id', '=', accountId)
    .where('id', '=', agent.id)
    .execute()
  if (credits === null) return
  for (const { agentId } of credits) touch(scope, agentId)
  const owed = credits.map(({ agentId, credit }) => ({ id: agentId, credit }))
  await sql`
    update agent set credit = owed.credit from (${engine.selectRows('agent', ['id', 'credit'], owed)}) as owed
    where agent.account_id = ${accountId} and agent.id = owed.id
  `.execute(db)
}

/** @returns whether there is such an agent */
export async function pauseAgent(scope: TxScope, agentId: AgentId, until: number | null): Promise<boolean> {
  scope.touched = 'all'
  const updated = await scope.db
    .updateTable('agent')
    .set({ paused_until: until, ...(until === null ? { missed_in_row: 0 } : {}) })
    .where('account_id', '=', scope.accountId)
    .where('id', '=', agentId)
    .executeTakeFirst()
  return updated.numUpdatedRows > 0
}
