import type { Selectable } from 'kysely'
import type { AgentId, Department, DepartmentId } from '../../domain.ts'
import type { Tables } from '../schema.ts'

type Member = Selectable<Tables['department_member']>

/** Departments with the ids of their members. */
export function toDepartments(
  departments: readonly Selectable<Tables['department']>[],
  members: readonly Member[],
): Department[] {
  const byDepartment = Map.groupBy(members, ({ department_id }): DepartmentId => department_id)
  return departments.map(({ id, name }) => ({
    id,
    name,
    agentIds: (byDepartment.get(id) ?? []).map(({ agent_id }) => agent_id),
  }))
}

/** Returns a function that gives the departments of an agent. */
export function departmentsOf(members: readonly Member[]): (agentId: AgentId) => DepartmentId[] {
  const byAgent = Map.groupBy(members, ({ agent_id }) => agent_id)
  return (agentId) => (byAgent.get(agentId) ?? []).map(({ department_id }) => department_id)
}
