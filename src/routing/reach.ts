import type { Situation } from '../decision.ts'
import type { Agent, AgentId, DepartmentId } from '../domain.ts'
import type { Reach } from './contract.ts'
import { absenceOf } from './presence.ts'
import type { Settings } from './settings.ts'

/**
 * Who may get the chat by now: its own department, and whoever the steps of its overflow have let in since it waits. Later
 * steps only add, so that an agent of the own department never has to watch a chat go by. A step is skipped where nobody
 * of it is there; a chat that too many have missed is at its last step at once.
 */
export function reachOf(settings: Settings, { chat, agents, now, waitingSince }: Situation): Reach {
  const { departmentId } = chat
  const department = settings.departmentOf(departmentId)
  const departmentIds = new Set<DepartmentId>(departmentId === null ? [] : [departmentId])
  const agentIds = new Set<AgentId>()
  let isAnybody = departmentId === null
  let isShiftIgnored = false

  const isMember = (agent: Agent, id: DepartmentId | null) => id === null || agent.departmentIds.includes(id)
  const isPresent = (agent: Agent) => !agent.isSetAside && absenceOf(agent, settings, now) === null
  const isAnybodyOf = (id: DepartmentId | null) => agents.some((agent) => isMember(agent, id) && isPresent(agent))

  const { whenNobody = 'wait', overflow = [] } = department ?? {}
  if (whenNobody !== 'wait' && !isAnybodyOf(departmentId)) {
    if (whenNobody === 'anyway') isShiftIgnored = true
    else if ('agent' in whenNobody) agentIds.add(whenNobody.agent as AgentId)
    else departmentIds.add(whenNobody.department as DepartmentId)
  }

  const hasTooManyHops = settings.noAnswer !== null && chat.missedBy.length >= settings.noAnswer.hops
  let from = waitingSince
  for (const { to, seconds } of overflow) {
    if (to === 'nobody') return { departmentIds, agentIds, isShiftIgnored, nextAt: null, isOver: true }
    if (to === 'anybody') isAnybody = true
    else if (to !== 'own') departmentIds.add(to as DepartmentId)
    const id = to === 'own' ? departmentId : to === 'anybody' ? null : (to as DepartmentId)
    if (seconds === undefined) break
    if (hasTooManyHops || !isAnybodyOf(id)) continue
    from += seconds * 1000
    if (now < from) {
      return { departmentIds: isAnybody ? null : departmentIds, agentIds, isShiftIgnored, nextAt: from, isOver: false }
    }
  }
  const isOver = hasTooManyHops && overflow.length === 0
  return { departmentIds: isAnybody ? null : departmentIds, agentIds, isShiftIgnored, nextAt: null, isOver }
}
