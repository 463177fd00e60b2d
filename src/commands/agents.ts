import { systemClock } from '../clock.ts'
import type { Agent } from '../domain.ts'
import type { Operator } from '../store/contract.ts'
import { findAgent } from './find-agent.ts'
import { ACCOUNT_OPTION, openAccount } from './open-account.ts'
import { policyZone } from './policy-zone.ts'
import { readUntil } from './read-until.ts'
import { runCommand, say } from './run-command.ts'

const HELP = `Agents, their load, and who is paused. Works beside the running service, which follows within a second.

  npm run agents                                         lists them
  npm run agents -- pause 12                             no new chats for agent 12, until resumed
  npm run agents -- pause 'Ann Lee'                      the same by name, or by the beginning of one
  npm run agents -- pause 12 --until 2026-12-24T14:00    ... or until then, in the time zone of the agent's shift
  npm run agents -- pause 12 --until 2026-12-24T14:00Z   ... or in the zone that is given; 14:00 alone is the next one
  npm run agents -- resume 12
  npm run agents -- list --account acme                  of one of several accounts
`
/** The last moment that a date can hold. */
const FOREVER = 8.64e15

await runCommand(
  HELP,
  { until: { type: 'string' }, ...ACCOUNT_OPTION },
  2,
  async ({ until, account }, [verb = 'list', which = '']) => {
    if (verb !== 'list' && verb !== 'pause' && verb !== 'resume')
      throw new Error(`"${verb}" is not a command; there are list, pause and resume`)
    if (verb !== 'list' && which.trim() === '')
      throw new Error(`name the agent to ${verb}: an id or a name, as in ${verb} 12`)
    if (verb === 'list' && which !== '') throw new Error(`"${which}": list shows all agents, and takes no name`)
    if (verb !== 'pause' && until !== undefined) throw new Error(`--until belongs to pause; ${verb} has no end`)
    await using opened = await openAccount(process.env, account)
    const agents = await opened.store.listAgents()
    const now = systemClock.now()
    if (verb === 'list') return list(agents, now)
    const agent = findAgent(agents, which)
    if (verb === 'resume') return await setPause(opened.store, agent, null, 'resumed')
    if (until === undefined) return await setPause(opened.store, agent, FOREVER, 'paused until resumed')
    const { at, words } = await readUntil(until, now, () => policyZone(process.env, account, agent.id))
    await setPause(opened.store, agent, at, `paused until ${words}`)
  },
)

function list(agents: readonly Agent[], now: number): void {
  if (agents.length === 0) say('no agents yet: the service has not read them from HelpCrunch')
  for (const agent of agents) say(showLine(agent, now))
}

function showLine({ id, name, load, pausedUntil, missedInRow, departmentIds }: Agent, now: number): string {
  const isPaused = pausedUntil !== null && pausedUntil > now
  const pausedFor = isPaused
    ? `paused${pausedUntil < FOREVER ? ` until ${new Date(pausedUntil).toISOString()}` : ''}`
    : 'not paused'
  const missed = missedInRow > 0 ? `, let ${missedInRow} chats pass since they last wrote` : ''
  return `${id}  ${name}  departments ${departmentIds.join(', ') || 'none'}  load ${load}  ${pausedFor}${missed}`
}

async function setPause(store: Operator, { id, name }: Agent, until: number | null, words: string): Promise<void> {
  if ((await store.pauseAgent(id, until)) !== 'done')
    throw new Error(`agent ${id} (${name}) is gone: HelpCrunch has no such agent any more`)
  say(`agent ${id} (${name}) ${words}`)
}
