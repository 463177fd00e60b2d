import { parseArgs } from 'node:util'
import type { ChatId } from '../domain.ts'
import { explainChat } from '../explain-chat.ts'
import { ACCOUNT_OPTION, openAccount } from './open-account.ts'

const HELP = `Why a chat has the agent it has, or nobody. Works beside the running service.

  npm run why -- 542            in words
  npm run why -- 542 --json     as data
  npm run why -- 542 --account acme
`

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { help: { type: 'boolean', default: false }, json: { type: 'boolean', default: false }, ...ACCOUNT_OPTION },
})
const chatId = Number(positionals[0])
if (values.help) process.stdout.write(HELP)
else if (!Number.isSafeInteger(chatId) || chatId <= 0) fail(`"${positionals[0] ?? ''}" is not a chat's id\n\n${HELP}`)
else await explain(chatId as ChatId)

async function explain(id: ChatId): Promise<void> {
  try {
    await using opened = await openAccount(process.env, values.account)
    const history = await opened.store.explain(id)
    if (history === null) return fail(`chat ${id} was never heard of\n`)
    process.stdout.write(`${values.json ? JSON.stringify(history, null, 2) : explainChat(history)}\n`)
  } catch (error) {
    fail(`${(error as Error).message}\n`)
  }
}

function fail(message: string): void {
  process.stderr.write(message)
  process.exitCode = 1
}
