import type { Decision } from '../decision.ts'
import type { Agent, AgentId, Chat } from '../domain.ts'
import type { Assignment } from './records.ts'
import type { Draft } from './draft.ts'

const OPERATOR = 'operator'

/**
 * The decision for the agent that an operator named, regardless of the rules; `null`: none was named, or HelpCrunch
 * does not list that agent.
 */
export function decideAsAsked({ policy, state, now }: Draft, chat: Chat, open: Assignment): Decision | null {
  const { asked } = chat
  if (asked === null || !('to' in asked)) return null
  const agent = state.listed.find(({ id }) => id === asked.to)
  if (agent === undefined) return null
  return {
    chatId: chat.id,
    decidedAt: now,
    policy: policy.version,
    steps: [{ rule: OPERATOR, kept: [agent.id] }],
    agentId: agent.id,
    summary: `${agent.name} (${agent.id}): an operator asked for this agent`,
    known: { departmentId: chat.departmentId, labels: chat.labels, waitedMs: now - open.openedAt },
    lookAgainAt: null,
    isThisChat: false,
    isLeft: false,
    asks: null,
    credits: null,
  }
}

/** The agent whose chats an operator hands over to others, or `null`. */
export function handedOverFrom({ asked }: Chat): AgentId | null {
  return asked !== null && 'awayFrom' in asked ? asked.awayFrom : null
}

/** Adds to the decision that this agent was excluded. */
export function withoutAgent(decision: Decision, agentId: AgentId, agents: readonly Agent[]): Decision {
  const reason = 'an operator gives their chats to others'
  const step = { rule: OPERATOR, kept: agents.map(({ id }) => id), dropped: [{ reason, agentIds: [agentId] }] }
  const summary =
    agents.length === 0
      ? `no agent: an operator gives the chats of agent ${agentId} to others, and there is no other`
      : `${decision.summary}; without agent ${agentId}, whose chats an operator gives to others`
  return { ...decision, summary, steps: [step, ...decision.steps] }
}
