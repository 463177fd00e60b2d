import type { Candidate, Decision, PluginAnswer, Situation } from '../decision.ts'
import type { AgentId, Chat, DepartmentId } from '../domain.ts'
import type { Settings } from './settings.ts'

export type { Candidate } from '../decision.ts'

/** Which agents may get the chat at this time. */
export interface Reach {
  /** Members of these departments; `null`: any agent. */
  readonly departmentIds: ReadonlySet<DepartmentId> | null
  readonly agentIds: ReadonlySet<AgentId>
  /** No agent is on shift, and the chat goes to an agent off shift. */
  readonly isShiftIgnored: boolean
  /** When more agents may get the chat, or `null`. */
  readonly nextAt: number | null
  /** The time that the routing file gives is over: the chat goes to no agent any more. */
  readonly isOver: boolean
}

/** What a rule may look at besides the candidate. Rules are pure: the time is here, and they query nothing else. */
export interface RuleContext {
  readonly chat: Chat
  readonly now: number
  /** Since when the chat waits. */
  readonly waitingSince: number
  /** The agent of the customer's last chat, and whether this agent is present and may get the chat. */
  readonly lastAgent: { readonly agentId: AgentId; readonly at: number; readonly isPresent: boolean } | null
  readonly settings: Settings
  readonly reach: Reach
  /** Whether the rules before this one kept the agent. */
  readonly isCandidate: (agentId: AgentId) => boolean
  /** The agents that the external endpoint prefers, best first. */
  readonly advice: readonly AgentId[]
  /** What each candidate is owed by weight, including this chat's fraction; for the rule `share`. */
  readonly owed: ReadonlyMap<AgentId, number>
  /** The plug-ins' answers, for the rules that stand in for them here. */
  readonly pluginAnswers?: readonly PluginAnswer[] | undefined
}

/**
 * Why a candidate is dropped. The trace shows the reason word for word: make it readable, and the same for all agents
 * to whom it applies. `until`: when time alone may change it. `isThisChat`: it says nothing about other chats of the
 * pool.
 */
export type Drop = string | { readonly reason: string; readonly until: number | null; readonly isThisChat?: boolean }

/** Keeps (`true`) or drops one candidate. */
export interface Filter {
  readonly kind: 'filter'
  readonly name: string
  /** Its answers come from a plug-in, which has to be asked first. */
  readonly isPlugin?: true
  keep(candidate: Candidate, context: RuleContext): true | Drop
}

/** Scores one candidate. Those with the lowest score stay. */
export interface Rank {
  readonly kind: 'rank'
  readonly name: string
  /** Its answers come from a plug-in, which has to be asked first. */
  readonly isPlugin?: true
  score(candidate: Candidate, context: RuleContext): number
}

export type Rule = Filter | Rank

/** The rules in force, in order, and the settings that they look at. */
export interface Policy {
  /** Identifies exactly these rules and settings, so that a decision can be traced to them. */
  readonly version: string
  /** The complete source of the policy as JSON, without the code of plug-ins: see `readPolicyText`. */
  readonly text: string
  readonly rules: readonly PolicyRule[]
  readonly settings: Settings
}

export interface PolicyRule {
  readonly rule: Rule
  /** Written `name?`: a filter that is passed over if it would leave no agent. */
  readonly isPreference: boolean
}

/** Picks an agent, or none. Pure. */
export type Route = (policy: Policy, situation: Situation) => Decision

/** Defines a filter: a rule that returns `true` for an agent, or why not and until when. See docs/adding-a-rule.md. */
export function defineFilter(filter: Omit<Filter, 'kind'>): Filter {
  return { kind: 'filter', ...filter }
}

/** Defines a rank: a rule that scores each agent; those with the lowest score stay. See docs/adding-a-rule.md. */
export function defineRank(rank: Omit<Rank, 'kind'>): Rank {
  return { kind: 'rank', ...rank }
}
