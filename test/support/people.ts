import type { Decision, Situation } from '../../src/decision.ts'
import type { Agent, AgentId, Chat, ChatId } from '../../src/domain.ts'
import type { Candidate, Policy, RuleContext } from '../../src/routing/contract.ts'
import type { RoutingFile } from '../../src/routing/file-schema.ts'
import { createPolicy } from '../../src/routing/policy.ts'
import { createSettings } from '../../src/routing/settings.ts'
import { newChat } from '../../src/core/chat-state.ts'
import { agentId, chatId, departmentId } from './events.ts'

/** An agent without chats, with these changes. */
export function agent(id: number, more: Partial<Agent> & { departments?: number[] } = {}): Agent {
  const { departments = [], ...rest } = more
  return {
    id: agentId(id),
    name: `Agent ${id}`,
    departmentIds: departments.map(departmentId),
    pausedUntil: null,
    isSetAside: false,
    load: 0,
    turn: 0,
    credit: 0,
    recentAt: [],
    lastActiveAt: null,
    missedInRow: 0,
    allowance: null,
    ...rest,
  }
}

export function chat(id: number, department: number | null = null): Chat {
  return { ...newChat(chatId(id)), departmentId: department === null ? null : departmentId(department), snapshotAt: 1 }
}

export const NOW = 1_800_000_000_000

/** The policy of these rules, or of a routing file. */
export function policyOf(
  rules: string | null,
  agentCapacity: number | null = null,
  file: RoutingFile | null = null,
): Policy {
  const policy = createPolicy({ rules, agentCapacity, file })
  if (typeof policy === 'string') throw new Error(policy)
  return policy
}

/** A new chat, with these changes. */
export function situation(more: Partial<Situation> = {}): Situation {
  return { chat: chat(1), agents: [], now: NOW, waitingSince: NOW, lastAgent: null, ...more }
}

export function candidate(who: Agent, capacity: number | null = null, weight = 1): Candidate {
  return { agent: who, capacity, weight }
}

export function context(more: Partial<RuleContext> & { file?: RoutingFile } = {}): RuleContext {
  const { file = {}, ...rest } = more
  const ofChat = (more.chat ?? chat(1)).departmentId
  return {
    chat: chat(1),
    now: NOW,
    waitingSince: NOW,
    lastAgent: null,
    settings: createSettings(file, null),
    reach: {
      departmentIds: ofChat === null ? null : new Set([ofChat]),
      agentIds: new Set(),
      isShiftIgnored: false,
      nextAt: null,
      isOver: false,
    },
    isCandidate: () => false,
    advice: [],
    owed: new Map(),
    ...rest,
  }
}

/** A decision for this agent, or for none, and nothing else in it. */
export function decisionFor(chosen: AgentId | null, forChat: ChatId): Decision {
  return {
    chatId: forChat,
    decidedAt: NOW,
    policy: 'test',
    steps: [],
    agentId: chosen,
    summary: 'so',
    known: { departmentId: null, labels: [], waitedMs: 0 },
    lookAgainAt: null,
    isThisChat: false,
    isLeft: false,
    asks: null,
    credits: null,
  }
}
