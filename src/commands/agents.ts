import { parseArgs } from 'node:util'
import { systemClock } from '../clock.ts'
import type { AgentId } from '../domain.ts'
import type { Store } from '../store/contract.ts'
import { ACCOUNT_OPTION, openAccount } from './open-account.ts'

const HELP = `Who there is, and who gets chats now. Works beside the running service, which follows within a second.

  npm run agents                                        lists them
  npm run agents -- pause 12                            no new chats for agent 12, until resumed
  npm run agents -- pause 12 --until 2026-12-24T14:00Z  ... or until then
  npm run agents -- resume 12
  npm run agents -- list --account acme                 of one of several accounts
`
/** The last moment that a date can hold. */
const FOREVER = 8.64e15

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { help: { type: 'boolean', default: false }, until: { type: 'string' }, ...ACCOUNT_OPTION },
})
const [verb = 'list', which = ''] = positionals
if (values.help) process.stdout.write(HELP)
else process.exitCode = await run()

async function run(): Promise<number> {
  try {
    await using opened = await openAccount(process.env, values.account)
    const { store } = opened
    if (verb === 'list') return await list(store)
    if (verb === 'pause') return await pause(store, values.until === undefined ? FOREVER : Date.parse(values.until))
    if (verb === 'resume') return await pause(store, null)
    return fail(`"${verb}" is not a command; there are list, pause and resume`)
  } catch (error) {
    return fail((error as Error).message)
  }
}

async function list(store: Store): Promise<number> {
  const now = systemClock.now()
  for (const { id, name, load, pausedUntil, missedInRow, departmentIds } of await store.listAgents()) {
    const isPaused = pausedUntil !== null && pausedUntil > now
    const pausedFor = isPaused
      ? `paused${pausedUntil < FOREVER ? ` until ${new Date(pausedUntil).toISOString()}` : ''}`
      : 'not paused'
    const missed = missedInRow > 0 ? `, let ${missedInRow} chats pass since they last wrote` : ''
    process.stdout.write(
      `${id}  ${name}  departments ${departmentIds.join(', ') || 'none'}  load ${load}  ${pausedFor}${missed}\n`,
    )
  }
  return 0
}

async function pause(store: Store, until: number | null): Promise<number> {
  if (Number.isNaN(until)) return fail(`--until is "${values.until}"; it should be a time such as 2026-12-24T14:00Z`)
  if (until !== null && until <= systemClock.now()) return fail(`--until is "${values.until}", which is over`)
  const done = await store.pauseAgent(Number(which) as AgentId, until)
  if (done !== 'done') return fail(`there is no agent "${which}"; without arguments this command lists them`)
  process.stdout.write(`agent ${which} ${until === null ? 'resumed' : 'paused'}\n`)
  return 0
}

function fail(message: string): number {
  process.stderr.write(`${message}\n`)
  return 1
}
