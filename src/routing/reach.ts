import type { Situation } from '../decision.ts'
import type { Agent, AgentId, DepartmentId } from '../domain.ts'
import { isBot } from './bots.ts'
import type { Reach } from './contract.ts'
import { absenceOf } from './presence.ts'
import type { Profile, Settings } from './settings.ts'
import { ALWAYS } from './working-time.ts'

/**
 * Who may get the chat by now: its own department, and the agents that the steps of its overflow have let in since it waits. Later
 * steps only add, so that an agent of the own department never has to watch a chat go by. A step is skipped where no agent
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
  const isPresent = (agent: Agent) =>
    !agent.isSetAside &&
    !chat.missedBy.includes(agent.id) &&
    !isBot(agent, settings) &&
    !settings.isTakenOut(agent.id, departmentId) &&
    absenceOf(agent, settings, now) === null
  /** When the last of those who are there now is off: then others may be let in. */
  let untilAt: number | null = null
  /** Since when one of the agents who are there now is there; `null`: none is. */
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
    // Where all steps were skipped, since no agent works now, there was no time in which one could have had it: it waits.
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
    // The night does not count: a step's time begins when one of its agents is there.
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

/** An agent without a shift was always there. */
/** Who is always there never goes: to find that out would take a year of their days. */
function goesAt({ workingTime }: Profile, now: number): number {
  return workingTime === ALWAYS ? Infinity : (workingTime.nextChangeAt(now) ?? Infinity)
}

function cameAt({ workingTime }: Profile, now: number): number {
  return workingTime === ALWAYS ? -Infinity : (workingTime.openSince(now) ?? now)
}

/** Whether the chat may go to this agent as far as departments are concerned. */
export function isReached(agent: Agent, { departmentIds, agentIds }: Reach): boolean {
  if (departmentIds === null || agentIds.has(agent.id)) return true
  return agent.departmentIds.some((id) => departmentIds.has(id))
}
