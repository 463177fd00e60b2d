import { parseArgs } from 'node:util'
import type { DeadLetter, Store } from '../store/contract.ts'
import { ACCOUNT_OPTION, openAccount } from './open-account.ts'

const HELP = `Assignments that were refused or given up. Works beside the running service, which takes up what is replayed within seconds.

  npm run dead-letters                  lists them, the latest first
  npm run dead-letters -- show 17       one with its whole history
  npm run dead-letters -- replay 17     tries one again, as if it were new
  npm run dead-letters -- replay all
  npm run dead-letters -- list --account acme
`
const MAX_LISTED = 1000

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { help: { type: 'boolean', default: false }, ...ACCOUNT_OPTION },
})
const [verb = 'list', which = ''] = positionals
if (values.help) say(HELP)
else process.exitCode = await run()

async function run(): Promise<number> {
  try {
    await using opened = await openAccount(process.env, values.account)
    const { store } = opened
    return await obey(store, await store.listDeadLetters(MAX_LISTED))
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`)
    return 1
  }
}

async function obey(store: Store, letters: readonly DeadLetter[]): Promise<number> {
  if (verb === 'list') {
    say(letters.length === 0 ? 'no dead letters' : letters.map(showLine).join('\n'))
    return 0
  }
  const chosen = which === 'all' && verb === 'replay' ? letters : letters.filter(({ id }) => String(id) === which)
  if (chosen.length === 0 && which !== 'all') {
    process.stderr.write(`there is no dead letter "${which}"; without arguments this command lists them\n`)
    return 1
  }
  switch (verb) {
    case 'show':
      for (const letter of chosen) say(showWhole(letter))
      return 0
    case 'replay':
      for (const { id, chatId } of chosen) say(`${id}  chat ${chatId}: ${await store.replay(id)}`)
      return 0
    default:
      process.stderr.write(`"${verb}" is not a command; there are list, show and replay\n`)
      return 1
  }
}

function showLine({ id, chatId, state, settledAt, history }: DeadLetter): string {
  const last = history.at(-1)
  return `${id}  chat ${chatId}  ${state}  ${new Date(settledAt).toISOString()}  ${history.length} attempts, the last: ${last?.reason ?? 'unknown'}`
}

function showWhole(letter: DeadLetter): string {
  return [
    showLine(letter),
    `  opened ${new Date(letter.openedAt).toISOString()} by event ${letter.eventId}`,
    `  last decision: ${letter.summary ?? 'none'}`,
    ...letter.history.map(
      ({ at, agentId, reason }) => `  ${new Date(at).toISOString()}  agent ${agentId ?? '-'}  ${reason}`,
    ),
  ].join('\n')
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
