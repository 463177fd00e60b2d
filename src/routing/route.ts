import type { AgentId, TraceStep } from '../domain.ts'
import {
  defineFilter,
  type Candidate,
  type Filter,
  type PolicyRule,
  type Rank,
  type Route,
  type RuleContext,
} from './contract.ts'
import { summarize } from './summary.ts'

/**
 * Lets each rule narrow the candidates that the one before it left. What still ties at the end goes to the lowest
 * agent id, so that the same situation always gives the same decision. Where a filter leaves nobody, nobody is chosen.
 */
export const route: Route = (policy, { chat, agents, now }) => {
  const context: RuleContext = { chat, now }
  const steps: TraceStep[] = []
  let candidates: readonly Candidate[] = agents.map((agent) => ({ agent, capacity: policy.capacityOf(agent.id) }))
  const isAnybodySetAside = agents.some(({ isSetAside }) => isSetAside)
  for (const { rule, isPreference } of isAnybodySetAside ? [ALWAYS_FIRST, ...policy.rules] : policy.rules) {
    if (candidates.length === 0) break
    const step = rule.kind === 'filter' ? filter(rule, candidates, context) : rank(rule, candidates, context)
    const isPassedOver = isPreference && step.kept.length === 0
    steps.push(isPassedOver ? { ...step.trace, isPassedOver } : step.trace)
    if (!isPassedOver) candidates = step.kept
  }
  const chosen = candidates.reduce<Candidate | null>(
    (lowest, next) => (lowest === null || next.agent.id < lowest.agent.id ? next : lowest),
    null,
  )
  return {
    chatId: chat.id,
    decidedAt: now,
    policy: policy.version,
    steps,
    agentId: chosen?.agent.id ?? null,
    summary: summarize(agents.length, steps, chosen?.agent ?? null),
  }
}

/** No policy can ask for an agent whom HelpCrunch does not take. */
const ALWAYS_FIRST: PolicyRule = {
  isPreference: false,
  rule: defineFilter({
    name: 'accepted',
    keep: ({ agent }) => (agent.isSetAside ? 'refused by HelpCrunch, set aside until the roster is read again' : true),
  }),
}

interface Narrowed {
  readonly kept: readonly Candidate[]
  readonly trace: TraceStep
}

function filter(rule: Filter, candidates: readonly Candidate[], context: RuleContext): Narrowed {
  const dropped = new Map<string, AgentId[]>()
  const kept = candidates.filter((candidate) => {
    const verdict = rule.keep(candidate, context)
    if (verdict === true) return true
    const sameReason = dropped.get(verdict)
    if (sameReason === undefined) dropped.set(verdict, [candidate.agent.id])
    else sameReason.push(candidate.agent.id)
    return false
  })
  const reasons = Array.from(dropped, ([reason, agentIds]) => ({ reason, agentIds }))
  return { kept, trace: { rule: rule.name, kept: ids(kept), dropped: reasons } }
}

function rank(rule: Rank, candidates: readonly Candidate[], context: RuleContext): Narrowed {
  const scored = candidates.map((candidate) => ({ candidate, score: rule.score(candidate, context) }))
  const lowest = scored.reduce((least, { score }) => Math.min(least, score), Infinity)
  const kept = scored.filter(({ score }) => score === lowest).map(({ candidate }) => candidate)
  const scores = scored.map(({ candidate, score }) => ({ agentId: candidate.agent.id, score }))
  return { kept, trace: { rule: rule.name, kept: ids(kept), scores } }
}

function ids(candidates: readonly Candidate[]): AgentId[] {
  return candidates.map(({ agent }) => agent.id)
}
