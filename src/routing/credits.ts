import type { Candidate, Decision } from '../decision.ts'
import type { AgentId } from '../domain.ts'

/** A credit differs from the mean by at most one chat: an agent back from leave is not flooded, and floods no other. */
const FARTHEST = 1

/**
 * The candidates' credits after this chat is divided among them: each gets the fraction that the candidate's weight is
 * of the sum of all weights. An absent agent collects nothing.
 */
export function owedTo(candidates: readonly Candidate[]): Map<AgentId, number> {
  const sum = candidates.reduce((total, { weight }) => total + weight, 0)
  const mean = candidates.reduce((total, { agent }) => total + agent.credit, 0) / candidates.length
  return new Map(
    candidates.map(({ agent: { id, credit }, weight }) => [
      id,
      Math.min(mean + FARTHEST, Math.max(mean - FARTHEST, credit)) + weight / sum,
    ]),
  )
}

/** The credits after the chosen agent has paid one chat. */
export function payFor(chosen: AgentId, owed: ReadonlyMap<AgentId, number>): Decision['credits'] {
  return Array.from(owed, ([agentId, credit]) => ({ agentId, credit: agentId === chosen ? credit - 1 : credit }))
}
