import type { Agent, Department } from '../domain.ts'
import type { Policy } from '../routing/contract.ts'
import { isBot } from '../routing/bots.ts'

/** Describes departments with their agents, shifts and capacities, a line each. */
export function showRoster({ settings }: Policy, agents: readonly Agent[], departments: readonly Department[]): string {
  const { file } = settings
  const nameOf = (id: Department['id']) => departments.find((department) => department.id === id)?.name ?? String(id)
  const ofAgents = agents.map((agent) => {
    const { id, name, departmentIds } = agent
    if (isBot(agent, settings)) return `  ${id}  ${name}: a bot, gets no chats`
    if (settings.isTakenOut(id, null)) return `  ${id}  ${name}: gets no chats, by a capacity or weight of 0`
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
    return `  ${id}  ${name}: ${agentIds.length} agents; when none of them is there: ${JSON.stringify(whenNobody)}${overflows}`
  })
  return ['agents', ...ofAgents, 'departments', ...ofDepartments].join('\n')
}
