import type { ChatId } from '../domain.ts'
import { explainChat } from '../core/describe-history.ts'
import { ACCOUNT_OPTION, openAccount } from './open-account.ts'
import { readId, runCommand, say } from './run-command.ts'

const HELP = `Why a chat has the agent it has, or none. Works beside the running service.

  npm run why -- 542                     in words
  npm run --silent why -- 542 --json     as data
  npm run why -- 542 --account acme
`

await runCommand(
  HELP,
  { json: { type: 'boolean', default: false }, ...ACCOUNT_OPTION },
  1,
  async ({ json, account }, [which = '']) => {
    const chatId = readId<ChatId>(which)
    if (chatId === null) throw new Error(`"${which}" is not a chat's id\n\n${HELP}`)
    await using opened = await openAccount(process.env, account)
    const history = await opened.store.explain(chatId)
    if (history === null) throw new Error(`no record of chat ${chatId}`)
    say(json ? JSON.stringify(history, null, 2) : explainChat(history))
  },
)
