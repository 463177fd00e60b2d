import type { AgentId, DepartmentId } from '../../../src/domain.ts'
import type { Rules } from './rules.ts'
import { MEMBERS, type Fact, type RealChat } from './team.ts'

/**
 * Why what was acknowledged or seen speaks against this agent as a PUT leaves, or `null`: paused, not of the chat's department,
 * or full by the chats that the agent has for certain.
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
  return names.has('capacity') && held.length >= rules.capacity ? `full with ${held.length} chats` : null
}

/** The department that is known for certain: the one that the newest fact about it told, if no other is as new. */
function departmentOf({ known, firstDepartmentId, openedAt }: RealChat): DepartmentId | null {
  if (!known.some(({ is }) => is !== 'customer' && is !== 'agent' && is !== 'sent')) return null
  const moves = known.filter((fact) => fact.is === 'moved')
  const last = newest(moves)
  if (moves.length > 0) return last?.is === 'moved' ? last.departmentId : null
  return known.some(({ at, is }) => is === 'new' && at === openedAt) && known.length === 1 ? firstDepartmentId : null
}

/** The agent that has the chat for certain: the newest facts all say so. Times are whole seconds. */
function holderOf({ known }: RealChat): AgentId | null {
  const about = known.filter(
    ({ is }) => is === 'assigned' || is === 'removed' || is === 'closed' || is === 'seen' || is === 'sent',
  )
  const at = Math.max(...about.map((fact) => fact.at))
  const holders = about.filter((fact) => fact.at >= at - 1000).map(toldHolder)
  return new Set(holders).size === 1 ? (holders[0] ?? null) : null
}

function toldHolder(fact: Fact): AgentId | null {
  if (fact.is === 'assigned') return fact.to
  return fact.is === 'seen' && fact.status !== 'closed' ? fact.assigneeId : null
}

function sentTo({ known }: RealChat): AgentId | null {
  const last = known.findLast(({ is }) => is === 'sent')
  return last?.is === 'sent' ? last.to : null
}

/** The one fact that is newer than all others, or `null`. Times are whole seconds. */
function newest(facts: readonly Fact[]): Fact | null {
  const at = Math.max(...facts.map((fact) => fact.at))
  const last = facts.filter((fact) => fact.at >= at - 1000)
  return last.length === 1 ? (last[0] ?? null) : null
}
