import type { TraceStep } from '../decision.ts'
import type { AgentId } from '../domain.ts'
import type { Candidate, Filter, Rank, Rule, RuleContext } from './contract.ts'

/** The result of one rule. */
export interface Narrowed {
  readonly kept: readonly Candidate[]
  readonly trace: TraceStep
  /** When time alone may readmit an agent, or `null`. */
  readonly lookAgainAt: number | null
  /** An agent was dropped for a reason that does not hold for other chats of the pool. */
  readonly isThisChat: boolean
}

/** Applies one rule to the candidates. */
export function narrow(rule: Rule, candidates: readonly Candidate[], context: RuleContext): Narrowed {
  try {
    return rule.kind === 'filter' ? filter(rule, candidates, context) : rank(rule, candidates, context)
  } catch (error) {
    // A plug-in's mistake must not delay a customer: the rule is skipped, and the trace says so.
    const skipped = error instanceof Error ? error.message : String(error)
    return {
      kept: candidates,
      trace: { rule: rule.name, kept: ids(candidates), skipped },
      lookAgainAt: null,
      isThisChat: false,
    }
  }
}

function filter(rule: Filter, candidates: readonly Candidate[], context: RuleContext): Narrowed {
  const dropped = new Map<string, AgentId[]>()
  let lookAgainAt: number | null = null
  let isThisChat = false
  const kept = candidates.filter((candidate) => {
    const verdict = rule.keep(candidate, context)
    if (verdict === true) return true
    if (typeof verdict !== 'string' && typeof verdict?.reason !== 'string')
      throw new Error('gave neither true nor a reason')
    const drop = typeof verdict === 'string' ? { reason: verdict, until: null } : verdict
    const until = drop.until ?? null
    if (until !== null && !(until > -Infinity)) throw new Error('gave an "until" that is no time')
    // A time in the past is nothing to wait for.
    if (until !== null && until > context.now && until < Infinity)
      lookAgainAt = Math.min(lookAgainAt ?? Infinity, until)
    if (drop.isThisChat === true) isThisChat = true
    const sameReason = dropped.get(drop.reason)
    if (sameReason === undefined) dropped.set(drop.reason, [candidate.agent.id])
    else sameReason.push(candidate.agent.id)
    return false
  })
  const reasons = Array.from(dropped, ([reason, agentIds]) => ({ reason, agentIds }))
  return { kept, trace: { rule: rule.name, kept: ids(kept), dropped: reasons }, lookAgainAt, isThisChat }
}

function rank(rule: Rank, candidates: readonly Candidate[], context: RuleContext): Narrowed {
  const scored = candidates.map((candidate) => ({ candidate, score: rule.score(candidate, context) }))
  if (scored.some(({ score }) => !Number.isFinite(score))) throw new Error('gave something that is no number')
  const lowest = scored.reduce((least, { score }) => Math.min(least, score), Infinity)
  const kept = scored.filter(({ score }) => score === lowest).map(({ candidate }) => candidate)
  const scores = scored.map(({ candidate, score }) => ({ agentId: candidate.agent.id, score }))
  return { kept, trace: { rule: rule.name, kept: ids(kept), scores }, lookAgainAt: null, isThisChat: false }
}

function ids(candidates: readonly Candidate[]): AgentId[] {
  return candidates.map(({ agent }) => agent.id)
}
