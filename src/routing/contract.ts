import type { Agent, AgentId, Chat, Decision, Situation } from '../domain.ts'

/** An agent who may still get the chat. */
export interface Candidate {
  readonly agent: Agent
  /** How many chats the agent may have at once; `null`: no limit. */
  readonly capacity: number | null
}

/** What a rule may look at beside the candidate. Rules are pure: the time is in here, and nothing else is asked. */
export interface RuleContext {
  readonly chat: Chat
  readonly now: number
}

/** Says of one candidate `true`, or why not. The reason ends up in the trace, word for word: make it readable. */
export interface Filter {
  readonly kind: 'filter'
  readonly name: string
  keep(candidate: Candidate, context: RuleContext): true | string
}

/** Gives one candidate a number. Those with the lowest stay. */
export interface Rank {
  readonly kind: 'rank'
  readonly name: string
  score(candidate: Candidate, context: RuleContext): number
}

export type Rule = Filter | Rank

/** The rules in force, in their order. */
export interface Policy {
  /** Names exactly these rules and settings, so that a decision can be traced to them. */
  readonly version: string
  readonly rules: readonly PolicyRule[]
  readonly capacityOf: (agentId: AgentId) => number | null
}

export interface PolicyRule {
  readonly rule: Rule
  /** Written `name?`: a filter that is passed over when it would leave nobody. */
  readonly isPreference: boolean
}

/** Picks an agent, or nobody. Pure. */
export type Route = (policy: Policy, situation: Situation) => Decision

export function defineFilter(filter: Omit<Filter, 'kind'>): Filter {
  return { kind: 'filter', ...filter }
}

export function defineRank(rank: Omit<Rank, 'kind'>): Rank {
  return { kind: 'rank', ...rank }
}
