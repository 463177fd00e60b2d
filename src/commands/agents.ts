import { systemClock } from '../clock.ts'
import type { Agent, AgentId } from '../domain.ts'
import type { Operator } from '../store/contract.ts'
import { ACCOUNT_OPTION, openAccount } from './open-account.ts'
import { readId, runCommand, say } from './run-command.ts'

const HELP = `Who there is, their load, and who is paused. Works beside the running service, which follows within a second.

  npm run agents                                        lists them
  npm run agents -- pause 12                            no new chats for agent 12, until resumed
  npm run agents -- pause 12 --until 2026-12-24T14:00Z  ... or until then
  npm run agents -- resume 12
  npm run agents -- list --account acme                 of one of several accounts
`
/** The last moment that a date can hold. */
const FOREVER = 8.64e15

await runCommand(
  HELP,
  { until: { type: 'string' }, ...ACCOUNT_OPTION },
  async ({ until, account }, [verb = 'list', which = '']) => {
    if (verb !== 'list' && verb !== 'pause' && verb !== 'resume')
      throw new Error(`"${verb}" is not a command; there are list, pause and resume`)
    const pausedUntil = verb === 'resume' ? null : until === undefined ? FOREVER : readTime(until)
    await using opened = await openAccount(process.env, account)
    if (verb !== 'list') return await pause(opened.store, which, pausedUntil)
    const now = systemClock.now()
    const agents = await opened.store.listAgents()
    if (agents.length === 0) say('no agents yet: the service has not read them from HelpCrunch')
    for (const agent of agents) say(showLine(agent, now))
  },
)

function readTime(until: string): number {
  const time = Date.parse(until)
  if (Number.isNaN(time)) throw new Error(`--until is "${until}"; it should be a time such as 2026-12-24T14:00Z`)
  if (time <= systemClock.now()) throw new Error(`--until is "${until}", which is over`)
  return time
}

function showLine({ id, name, load, pausedUntil, missedInRow, departmentIds }: Agent, now: number): string {
  const isPaused = pausedUntil !== null && pausedUntil > now
  const pausedFor = isPaused
    ? `paused${pausedUntil < FOREVER ? ` until ${new Date(pausedUntil).toISOString()}` : ''}`
    : 'not paused'
  const missed = missedInRow > 0 ? `, let ${missedInRow} chats pass since they last wrote` : ''
  return `${id}  ${name}  departments ${departmentIds.join(', ') || 'none'}  load ${load}  ${pausedFor}${missed}`
}

async function pause(store: Operator, which: string, until: number | null): Promise<void> {
  const id = readId<AgentId>(which)
  if (id === null || (await store.pauseAgent(id, until)) !== 'done')
    throw new Error(`there is no agent "${which}"; without arguments this command lists them`)
  say(`agent ${which} ${until === null ? 'resumed' : 'paused'}`)
}
