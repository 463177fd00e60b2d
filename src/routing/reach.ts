import type { Situation } from '../decision.ts'
import type { Agent, AgentId, DepartmentId } from '../domain.ts'
import { isBot } from './bots.ts'
import type { Reach } from './contract.ts'
import { absenceOf } from './presence.ts'
import type { Profile, Settings } from './settings.ts'
import { ALWAYS } from './working-time.ts'

/**
 * Which agents may get the chat by now: those of its department, and those that the overflow steps have added since the
 * chat waits. Steps only add agents, so that an agent of the chat's own department is never excluded. A step without a
 * present agent is skipped. A chat that too many agents have missed is at its last step at once.
 */
export function reachOf(settings: Settings, { chat, agents, now, waitingSince }: Situation): Reach {
  const { departmentId } = chat
  const department = settings.departmentOf(departmentId)
  const departmentIds = new Set<DepartmentId>(departmentId === null ? [] : [departmentId])
  const agentIds = new Set<AgentId>()
  let isAnybody = departmentId === null
  let isShiftIgnored = false

  const isMember = (agent: Agent, id: DepartmentId | null) => id === null || agent.departmentIds.includes(id)
  const isPresent = (agent: Agent) =>
    !agent.isSetAside &&
    !chat.missedBy.includes(agent.id) &&
    !isBot(agent, settings) &&
    !settings.isTakenOut(agent.id, departmentId) &&
    absenceOf(agent, settings, now) === null
  /** When the last agent who is present now goes off: then others may be added. */
  let untilAt: number | null = null
  /** Since when an agent of this department is present; `null`: none is. */
  const presentSince = (id: DepartmentId | null): number | null => {
    const present = agents.filter((agent) => isMember(agent, id) && isPresent(agent))
    if (present.length === 0) return null
    const ends = present.map((agent) => goesAt(settings.profileOf(agent.id), now))
    untilAt = Math.min(untilAt ?? Infinity, Math.max(...ends))
    return Math.min(...present.map((agent) => cameAt(settings.profileOf(agent.id), now)))
  }

  const { whenNobody = 'wait', overflow = [] } = department ?? {}
  if (whenNobody !== 'wait' && presentSince(departmentId) === null) {
    if (whenNobody === 'anyway') isShiftIgnored = true
    else if ('agent' in whenNobody) agentIds.add(whenNobody.agent as AgentId)
    else departmentIds.add(whenNobody.department as DepartmentId)
  }

  const hasTooManyHops = settings.noAnswer !== null && chat.missedBy.length >= settings.noAnswer.hops
  let from = waitingSince
  let wasAnybodyThere = hasTooManyHops
  for (const { to, seconds } of overflow) {
    // If all steps were skipped because no agent works now, no agent had time for the chat: it waits.
    if (to === 'nobody' && wasAnybodyThere)
      return { departmentIds, agentIds, isShiftIgnored, nextAt: null, isOver: true }
    if (to === 'nobody') break
    if (to === 'anybody') isAnybody = true
    else if (to !== 'own') departmentIds.add(to as DepartmentId)
    const id = to === 'own' ? departmentId : to === 'anybody' ? null : (to as DepartmentId)
    if (seconds === undefined) break
    const since = presentSince(id)
    if (hasTooManyHops || since === null) continue
    wasAnybodyThere = true
    // The night does not count: a step's time starts when one of its agents is present.
    from = Math.max(from, since) + seconds * 1000
    if (now < from) {
      const nextAt = Math.min(from, untilAt ?? Infinity)
      return { departmentIds: isAnybody ? null : departmentIds, agentIds, isShiftIgnored, nextAt, isOver: false }
    }
  }
  const isOver = hasTooManyHops && overflow.length === 0
  const nextAt = untilAt === null || untilAt === Infinity ? null : untilAt
  return { departmentIds: isAnybody ? null : departmentIds, agentIds, isShiftIgnored, nextAt, isOver }
}

/**
 * When the agent goes off; never without a shift, which is checked first because `nextChangeAt` would search a whole
 * year.
 */
function goesAt({ workingTime }: Profile, now: number): number {
  return workingTime === ALWAYS ? Infinity : (workingTime.nextChangeAt(now) ?? Infinity)
}

/** Since when the agent is on shift; without a shift, always. */
function cameAt({ workingTime }: Profile, now: number): number {
  return workingTime === ALWAYS ? -Infinity : (workingTime.openSince(now) ?? now)
}

/** Whether the chat may go to this agent by departments and overflow. */
export function isReached(agent: Agent, { departmentIds, agentIds }: Reach): boolean {
  if (departmentIds === null || agentIds.has(agent.id)) return true
  return agent.departmentIds.some((id) => departmentIds.has(id))
}
