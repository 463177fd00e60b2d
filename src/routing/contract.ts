import type { Candidate, Decision, PluginAnswer, Situation } from '../decision.ts'
import type { AgentId, Chat, DepartmentId } from '../domain.ts'
import type { Settings } from './settings.ts'

export type { Candidate } from '../decision.ts'

/** Who may get the chat at all, as time goes by. */
export interface Reach {
  /** Members of these departments; `null`: any agent. */
  readonly departmentIds: ReadonlySet<DepartmentId> | null
  readonly agentIds: ReadonlySet<AgentId>
  /** No agent is on shift, and the chat shall go to one all the same. */
  readonly isShiftIgnored: boolean
  /** When more may get it, or `null`. */
  readonly nextAt: number | null
  /** The time that the routing file gives is over: no agent is to get it any more. */
  readonly isOver: boolean
}

/** What a rule may look at beside the candidate. Rules are pure: the time is in here, and nothing else is asked. */
export interface RuleContext {
  readonly chat: Chat
  readonly now: number
  /** Since when the chat waits. */
  readonly waitingSince: number
  /** Who had the customer's last chat, and whether they are there now. */
  readonly lastAgent: { readonly agentId: AgentId; readonly at: number; readonly isPresent: boolean } | null
  readonly settings: Settings
  readonly reach: Reach
  /** Whether the rules before this one have kept an agent. */
  readonly isCandidate: (agentId: AgentId) => boolean
  /** The agents that the external endpoint prefers, best first. */
  readonly advice: readonly AgentId[]
  /** What each candidate is owed by their weight, this chat's parts included; for the rule "share". */
  readonly owed: ReadonlyMap<AgentId, number>
  /** What the plug-ins' rules answered, for the rules that stand for them here. */
  readonly pluginAnswers?: readonly PluginAnswer[] | undefined
}

/**
 * Why a candidate is dropped. The reason ends up in the trace, word for word: make it readable, and the same for all agents
 * that it concerns. `until`: when time alone may change it. `isThisChat`: it says nothing about other chats of the same kind.
 */
export type Drop = string | { readonly reason: string; readonly until: number | null; readonly isThisChat?: boolean }

/** Says of one candidate `true`, or why not. */
export interface Filter {
  readonly kind: 'filter'
  readonly name: string
  /** Its answers come from a plug-in, which has to be asked first. */
  readonly isPlugin?: true
  keep(candidate: Candidate, context: RuleContext): true | Drop
}

/** Gives one candidate a number. Those with the lowest stay. */
export interface Rank {
  readonly kind: 'rank'
  readonly name: string
  /** Its answers come from a plug-in, which has to be asked first. */
  readonly isPlugin?: true
  score(candidate: Candidate, context: RuleContext): number
}

export type Rule = Filter | Rank

/** The rules in force, in their order, and the settings that they look at. */
export interface Policy {
  /** Names exactly these rules and settings, so that a decision can be traced to them. */
  readonly version: string
  /** All that it was made of, but for plug-ins, as JSON: see `readPolicyText`. */
  readonly text: string
  readonly rules: readonly PolicyRule[]
  readonly settings: Settings
}

export interface PolicyRule {
  readonly rule: Rule
  /** Written `name?`: a filter that is passed over when it would leave no agent. */
  readonly isPreference: boolean
}

/** Picks an agent, or none. Pure. */
export type Route = (policy: Policy, situation: Situation) => Decision

/** A rule that says of each agent `true`, or why not and until when: see docs/adding-a-rule.md. */
export function defineFilter(filter: Omit<Filter, 'kind'>): Filter {
  return { kind: 'filter', ...filter }
}

/** A rule that gives each agent a number; those with the lowest stay: see docs/adding-a-rule.md. */
export function defineRank(rank: Omit<Rank, 'kind'>): Rank {
  return { kind: 'rank', ...rank }
}
