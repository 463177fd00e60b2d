import type { AgentId, DepartmentId } from '../../../src/domain.ts'
import type { Rules } from './rules.ts'
import { MEMBERS, type Fact, type RealChat } from './team.ts'

/**
 * Why what was acknowledged or seen speaks against this agent as a PUT leaves, or `null`: paused, not of the chat's
 * department, or full by the chats that the agent has for certain.
 */
export function ineligible(
  agentId: AgentId,
  chat: RealChat,
  {
    team,
    paused,
    rules,
    underWay,
    now,
  }: {
    readonly team: { readonly chats: readonly RealChat[] }
    readonly paused: ReadonlySet<AgentId>
    readonly rules: Rules
    readonly underWay: readonly RealChat[]
    readonly now: number
  },
): string | null {
  const names = new Set(rules.policy.rules.map(({ rule }) => rule.name))
  if (names.has('available') && paused.has(agentId)) return 'paused'
  const department = names.has('department') ? departmentOf(chat) : null
  if (department !== null && MEMBERS[department]?.includes(agentId) !== true) return `not in department ${department}`
  // A snoozed chat takes no capacity.
  const others = team.chats.filter((other) => other !== chat && other.snoozedUntil <= now)
  const held = others.filter(
    (other) => holderOf(other) === agentId || (underWay.includes(other) && sentTo(other) === agentId),
  )
  return names.has('capacity') && held.length >= rules.capacity
    ? `full with the chats ${held.map(({ id }) => id).join(', ')}`
    : null
}

/** The department that is known for certain: the newest facts that name one all name this one. Times are whole seconds. */
function departmentOf({ known }: RealChat): DepartmentId | null {
  const told = known.filter(({ departmentId }) => departmentId !== undefined)
  const at = Math.max(...told.map((fact) => fact.at))
  const departments = told.filter((fact) => fact.at >= at - 1000).map(({ departmentId }) => departmentId)
  return new Set(departments).size === 1 ? (departments[0] ?? null) : null
}

const TELLS_HOLDER: ReadonlySet<Fact['is']> = new Set(['assigned', 'removed', 'closed', 'seen'])

/** The agent that has the chat for certain: the newest facts all say so. Times are whole seconds. */
function holderOf({ known }: RealChat): AgentId | null {
  const about = known.filter((fact) => TELLS_HOLDER.has(fact.is) || fact.is === 'sent' || fact.assigneeId !== undefined)
  const at = Math.max(...about.map((fact) => fact.at))
  const holders = about.filter((fact) => fact.at >= at - 1000).map(toldHolder)
  return new Set(holders).size === 1 ? (holders[0] ?? null) : null
}

function toldHolder(fact: Fact): AgentId | null {
  if (fact.is === 'assigned') return fact.to
  const isClosed = fact.is === 'closed' || (fact.is === 'seen' && fact.status === 'closed')
  return isClosed ? null : (fact.assigneeId ?? null)
}

/** The agent of a PUT that is under way. What was heard since it left may have ended its assignment, and its slot with it. */
function sentTo({ known }: RealChat): AgentId | null {
  const last = known.findLast(({ is }) => is === 'sent')
  if (last?.is !== 'sent') return null
  const isHeardSince = (fact: Fact, index: number) => fact.at >= last.at || index > known.indexOf(last)
  return known.some((fact, index) => TELLS_HOLDER.has(fact.is) && isHeardSince(fact, index)) ? null : last.to
}
