import type { Candidate, Decision } from '../decision.ts'
import type { AgentId } from '../domain.ts'

/** No further from the others' mean than by one chat: an agent back from leave is not flooded, and floods no other. */
const FARTHEST = 1

/**
 * What each candidate is owed once this chat's parts are given out: their credit, and of one chat as much as their weight is
 * of all candidates' weights. Who is absent collects nothing.
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

/** The agent who gets the chat pays for it. */
export function payFor(chosen: AgentId, owed: ReadonlyMap<AgentId, number>): Decision['credits'] {
  return Array.from(owed, ([agentId, credit]) => ({ agentId, credit: agentId === chosen ? credit - 1 : credit }))
}
