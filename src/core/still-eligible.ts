import type { Agent } from '../domain.ts'
import type { Step } from './contract.ts'
import type { InForce } from './inputs.ts'
import { HUNDREDTHS } from './plain-policy.ts'
import type { ChatRecord } from './records.ts'
import type { AccountState } from './state.ts'

/**
 * Whether the PUT that was decided may still leave, on all that was applied since: the assignment stands, its chat is in no doubt,
 * and the rules would still let this agent have it. What a decision takes from the agent, load and a place among the recent
 * chats, does not count against the same decision.
 */
export function isStillEligible(
  state: AccountState,
  { assignmentId, chatId, agentId }: Extract<Step, { kind: 'put' }>,
  now: number,
  { policy, route }: InForce,
): boolean {
  const record = state.chats.get(chatId)
  const agent = state.listed.find(({ id }) => id === agentId)
  if (record === undefined || record.open?.id !== assignmentId || agent === undefined) return false
  const { chat, open, verifiedAt } = record
  if (open.state !== 'decided' || open.agentId !== agentId || verifiedAt === 'doubted') return false
  // A person gave it to the same agent meanwhile.
  if (chat.assigneeId === agentId) return false
  if (chat.misplaced.includes(agentId) || isOverAllowance(agent, now)) return false
  // An operator asked for this agent, whatever the rules say.
  if (chat.asked !== null && 'to' in chat.asked && chat.asked.to === agentId) return true
  if (policy.onlyWhenTeamOnline && state.teamOnline === false) return false
  const situation = { chat, agents: [asBefore(agent, record)], now, waitingSince: open.openedAt, lastAgent: null }
  return route({ ...situation, advice: [], pluginAnswers: [] }).agentId === agentId
}

/** The agent without what the chat's own decision took. */
function asBefore(agent: Agent, { open, holders, heldLoad }: ChatRecord): Agent {
  const parts = [holders.heldBy, holders.reservedFor].filter((id) => id === agent.id).length
  const decidedAt = open?.choice?.at ?? Infinity
  return {
    ...agent,
    load: agent.load - (parts * heldLoad) / HUNDREDTHS,
    recentAt: agent.recentAt.filter((at) => at < decidedAt),
    allowance: agent.allowance === null ? null : { ...agent.allowance, left: agent.allowance.left + 1 },
  }
}

/** An operator allows fewer chats than the agent has got with this one. */
function isOverAllowance({ allowance }: Agent, now: number): boolean {
  return allowance !== null && allowance.left < 0 && allowance.until > now
}
