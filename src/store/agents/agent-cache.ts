import type { Agent, AgentId } from '../../domain.ts'
import { loadAgents } from './agents.ts'
import type { TxScope } from '../scope.ts'

export interface AgentCache {
  /** All agents as they are in this transaction, by their ids. */
  load(scope: TxScope): Promise<readonly Agent[]>
  /** Takes note that a transaction is over; what it read and changed counts only if it was committed. */
  finish(scope: TxScope, isCommitted: boolean): void
  clear(): void
}

/**
 * Keeps the agents between decisions: reading a thousand of them anew costs ten times the decision. Only the one decider
 * changes them, command line tools aside, and those leave a note in the inbox.
 */
export function createAgentCache(): AgentCache {
  let agents: Agent[] | null = null
  let places = new Map<AgentId, number>()
  /** Whom committed transactions have changed since they were read. */
  const stale = new Set<AgentId>()

  async function refresh(scope: TxScope, known: Agent[]): Promise<Agent[] | null> {
    if (stale.size === 0) return known
    for (const agent of await loadAgents(scope, [...stale])) {
      const place = places.get(agent.id)
      // Somebody who was not listed before: the whole list is another one.
      if (place === undefined) return null
      known[place] = agent
    }
    return known
  }

  function note(touched: ReadonlySet<AgentId> | 'all'): void {
    if (touched === 'all') clear()
    else for (const id of touched) stale.add(id)
  }

  function clear(): void {
    agents = null
    places = new Map()
  }

  return {
    async load(scope) {
      note(scope.touched)
      if (agents !== null) agents = await refresh(scope, agents)
      agents ??= await loadAgents(scope)
      if (places.size !== agents.length) places = new Map(agents.map(({ id }, place) => [id, place]))
      stale.clear()
      return agents
    },
    finish(scope, isCommitted) {
      if (isCommitted) note(scope.touched)
      else clear()
    },
    clear,
  }
}
