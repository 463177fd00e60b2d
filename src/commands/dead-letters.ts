import type { AssignmentId } from '../domain.ts'
import type { DeadLetter, Operator } from '../store/contract.ts'
import { ACCOUNT_OPTION, openAccount } from './open-account.ts'
import { readId, runCommand, say } from './run-command.ts'

const HELP = `Assignments that were refused or given up. Works beside the running service, which takes up what is replayed within a second.

  npm run dead-letters                  lists them, the latest first
  npm run dead-letters -- show 17       one with its whole history
  npm run dead-letters -- replay 17     tries one again, as if it were new
  npm run dead-letters -- replay all
  npm run dead-letters -- list --account acme
`
const PAGE_SIZE = 1000

await runCommand(HELP, ACCOUNT_OPTION, 2, async ({ account }, [verb = 'list', which = '']) => {
  if (verb !== 'list' && verb !== 'show' && verb !== 'replay')
    throw new Error(`"${verb}" is not a command; there are list, show and replay`)
  if (verb === 'list' && which !== '') throw new Error(`"${which}": list takes no number; there is show ${which}`)
  await using opened = await openAccount(process.env, account)
  const { store } = opened
  const isForAll = verb === 'list' || (verb === 'replay' && which === 'all')
  let isEmpty = true
  for await (const letter of isForAll ? all(store) : [await find(store, which)]) {
    isEmpty = false
    if (verb === 'list') say(showLine(letter))
    else if (verb === 'show') say(showWhole(letter))
    else say(`${letter.id}  chat ${letter.chatId}: ${await store.replay(letter.id)}`)
  }
  if (isEmpty) say('no dead letters')
})

async function* all(store: Operator): AsyncGenerator<DeadLetter> {
  let page: readonly DeadLetter[] = []
  do {
    page = await store.listDeadLetters(PAGE_SIZE, page.at(-1)?.id)
    yield* page
  } while (page.length === PAGE_SIZE)
}

async function find(store: Operator, which: string): Promise<DeadLetter> {
  const id = readId<AssignmentId>(which)
  const [letter] = id === null ? [] : await store.listDeadLetters(1, (id + 1) as AssignmentId)
  if (letter === undefined || letter.id !== id)
    throw new Error(`there is no dead letter "${which}"; without arguments this command lists them`)
  return letter
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
