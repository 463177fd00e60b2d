import type { Agent, Department } from '../domain.ts'
import type { Policy } from '../routing/contract.ts'

/** Who belongs where, when they work, and how much they take, a line each. */
export function showPolicy({ settings }: Policy, agents: readonly Agent[], departments: readonly Department[]): string {
  const { file } = settings
  const nameOf = (id: Department['id']) => departments.find((department) => department.id === id)?.name ?? String(id)
  const ofAgents = agents.map(({ id, name, departmentIds }) => {
    const { weight, skills } = settings.profileOf(id)
    const shift = file.agents?.[String(id)]?.shift ?? file.shift ?? 'always'
    const skilled = skills.size === 0 ? '' : `, skills ${[...skills].join(', ')}`
    const capacity = settings.capacityOf(id, null) ?? 'no limit'
    return `  ${id}  ${name}: ${departmentIds.map(nameOf).join(', ') || 'no department'}; shift ${shift}, capacity ${capacity}, weight ${weight}${skilled}`
  })
  const ofDepartments = departments.map(({ id, name, agentIds }) => {
    const { overflow = [], whenNobody = 'wait' } = settings.departmentOf(id) ?? {}
    const steps = overflow.map(({ to, seconds }) => `${to}${seconds === undefined ? '' : ` for ${seconds} s`}`)
    const overflows = steps.length === 0 ? '' : `; ${steps.join(', then ')}`
    return `  ${id}  ${name}: ${agentIds.length} agents; when nobody is there: ${JSON.stringify(whenNobody)}${overflows}`
  })
  return ['agents', ...ofAgents, 'departments', ...ofDepartments].join('\n')
}
