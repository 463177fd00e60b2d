import type { Agent } from '../domain.ts'
import { readId } from './run-command.ts'

/**
 * Finds an agent by id, or by the whole name or an unambiguous beginning of it, in any case.
 * @throws Error with the agents that there are
 */
export function findAgent(agents: readonly Agent[], which: string): Agent {
  const id = readId(which)
  const byId = agents.find((agent) => agent.id === id)
  if (byId !== undefined) return byId
  const wanted = which.trim().toLowerCase()
  const named = agents.filter(({ name }) => name.toLowerCase() === wanted)
  const begun = agents.filter(({ name }) => name.toLowerCase().startsWith(wanted))
  const found = named.length > 0 ? named : begun
  const [only] = found
  if (only !== undefined && found.length === 1) return only
  if (only !== undefined)
    throw new Error(
      `"${which}" may be ${found.map((agent) => `${agent.id} ${agent.name}`).join(', ')}; name one by its id`,
    )
  throw new Error(`there is no agent "${which}"; without arguments this command lists them`)
}
