import { sql } from 'kysely'
import type { Decision } from '../decision.ts'
import type { Agent, AgentId, Department, DepartmentId } from '../domain.ts'
import { touch, touchAll } from './agent-cache.ts'
import { selectIds } from './bulk.ts'
import type { Database, Tx } from './schema.ts'

/** As many as a guard may ask for. */
const MAX_RECENT = 20
/** Loads are kept in hundredths, so that sums of shares stay exact. */
export const HUNDREDTHS = 100

/** The agents whom HelpCrunch lists, by their ids: all, or some of them. */
export async function loadAgents(db: Database | Tx, ids?: readonly AgentId[]): Promise<Agent[]> {
  const listed = db.selectFrom('agent').selectAll().where('is_listed', '=', 1).orderBy('id')
  const rows = await (ids === undefined ? listed : listed.where('id', 'in', selectIds(ids))).execute()
  const memberships = db.selectFrom('department_member').selectAll()
  const members = await (
    ids === undefined ? memberships : memberships.where('agent_id', 'in', selectIds(ids))
  ).execute()
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

export async function loadDepartments(db: Database): Promise<Department[]> {
  const rows = await db.selectFrom('department').selectAll().orderBy('id').execute()
  const members = await db.selectFrom('department_member').selectAll().execute()
  const byDepartment = Map.groupBy(members, ({ department_id }) => department_id)
  return rows.map(({ id, name }) => ({
    id,
    name,
    agentIds: (byDepartment.get(id) ?? []).map(({ agent_id }) => agent_id),
  }))
}

/** Moves the chosen agent on in the rotation, and writes what all candidates are owed. */
export async function noteChosen(tx: Tx, agent: Agent, decision: Decision): Promise<void> {
  const { lastTurn } = await tx
    .selectFrom('agent')
    .select(({ fn }) => fn.max('turn').as('lastTurn'))
    .executeTakeFirstOrThrow()
  const { credits, decidedAt } = decision
  touch(tx, agent.id)
  await tx
    .updateTable('agent')
    .set({
      turn: lastTurn + 1,
      recent_at: JSON.stringify([...agent.recentAt, decidedAt].slice(-MAX_RECENT)),
    })
    .where('id', '=', agent.id)
    .execute()
  if (credits === null) return
  for (const { agentId } of credits) touch(tx, agentId)
  await sql`
    update agent set credit = owed.value ->> '$.credit'
    from json_each(${JSON.stringify(credits)}) as owed where agent.id = owed.value ->> '$.agentId'
  `.execute(tx)
}

/** @returns whether there is such an agent */
export async function pauseAgent(tx: Tx, agentId: AgentId, until: number | null): Promise<boolean> {
  touchAll(tx)
  const updated = await tx
    .updateTable('agent')
    .set({ paused_until: until, ...(until === null ? { missed_in_row: 0 } : {}) })
    .where('id', '=', agentId)
    .executeTakeFirst()
  return updated.numUpdatedRows > 0
}
