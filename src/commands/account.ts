import type { AccountSettings } from '../config/accounts/read-accounts.ts'
import type { Agent, Clock, Department } from '../domain.ts'
import { createClient } from '../helpcrunch/client.ts'
import { adviseOn } from '../helpcrunch/describe-outcome.ts'
import { readRoster } from '../sync/read-roster.ts'

/**
 * Reads agents and departments from HelpCrunch, as the service does at its start.
 * @returns the roster, or why it could not be read and what to do about it
 */
export async function readAccount(
  { apiUrl, apiKey }: AccountSettings,
  timeoutMs: number,
  clock: Clock,
): Promise<{ agents: readonly Agent[]; departments: readonly Department[] } | string> {
  const client = createClient({ apiUrl, apiKey, timeoutMs, clock })
  let advice = ''
  const roster = await readRoster(client, async (request) => {
    const outcome = await request()
    if (outcome.kind !== 'ok') advice = `; ${adviseOn(outcome)}`
    return outcome
  })
  if (typeof roster === 'string') return roster + advice
  const { departments } = roster
  const agents = roster.agents.map(({ id, name }) => ({
    id,
    name,
    departmentIds: departments.filter(({ agentIds }) => agentIds.includes(id)).map((department) => department.id),
    pausedUntil: null,
    isSetAside: false,
    load: 0,
    turn: 0,
    credit: 0,
    recentAt: [],
    lastActiveAt: null,
    missedInRow: 0,
    allowance: null,
  }))
  return { agents, departments }
}
