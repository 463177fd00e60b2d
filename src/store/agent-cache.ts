import type { Agent, AgentId } from '../domain.ts'
import { loadAgents } from './agents.ts'
import type { Tx } from './schema.ts'

/** Whom each transaction has changed; `all`: more than can be told. */
const touchedIn = new WeakMap<Tx, Set<AgentId> | 'all'>()

/** To be called by whatever writes to the table `agent`: the next decision reads them again. */
export function touch(tx: Tx, agentId: AgentId): void {
  const touched = touchedIn.get(tx) ?? new Set()
  if (touched !== 'all') touchedIn.set(tx, touched.add(agentId))
}

export function touchAll(tx: Tx): void {
  touchedIn.set(tx, 'all')
}

export interface AgentCache {
  /** All agents as they are in this transaction, by their ids. */
  load(tx: Tx): Promise<readonly Agent[]>
  /** Takes note that a transaction is over; what it read and changed counts only if it was committed. */
  finish(tx: Tx, isCommitted: boolean): void
  clear(): void
}

/**
 * Keeps the agents between decisions: reading a thousand of them anew costs ten times the decision. Only the one decider
 * changes them, command line tools aside, and those are noticed.
 */
export function createAgentCache(): AgentCache {
  let agents: Agent[] | null = null
  let places = new Map<AgentId, number>()
  /** Whom committed transactions have changed since they were read. */
  const stale = new Set<AgentId>()

  async function refresh(tx: Tx, known: Agent[]): Promise<Agent[] | null> {
    if (stale.size === 0) return known
    for (const agent of await loadAgents(tx, [...stale])) {
      const place = places.get(agent.id)
      // Somebody who was not listed before: the whole list is another one.
      if (place === undefined) return null
      known[place] = agent
    }
    return known
  }

  function note(touched: ReadonlySet<AgentId> | 'all' | undefined): void {
    if (touched === 'all') clear()
    else for (const id of touched ?? []) stale.add(id)
  }

  function clear(): void {
    agents = null
    places = new Map()
  }

  return {
    async load(tx) {
      note(touchedIn.get(tx))
      if (agents !== null) agents = await refresh(tx, agents)
      agents ??= await loadAgents(tx)
      if (places.size !== agents.length) places = new Map(agents.map(({ id }, place) => [id, place]))
      stale.clear()
      return agents
    },
    finish(tx, isCommitted) {
      if (isCommitted) note(touchedIn.get(tx))
      else clear()
    },
    clear,
  }
}
