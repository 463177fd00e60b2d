import { parseArgs } from 'node:util'
import { systemClock } from '../clock.ts'
import { readAccounts, type AccountSettings } from '../accounts/read-accounts.ts'
import { readConfig, type Config } from '../config.ts'
import { readAccount } from './account.ts'
import { readPolicy } from '../policy-source.ts'
import { routingFileSchema } from '../routing/file-schema.ts'
import { reviewPolicy } from '../routing/review.ts'
import { showPolicy } from './show-policy.ts'

const HELP = `Checks the settings and the routing file, and says what was understood. With HELPCRUNCH_API_KEY it reads agents and
departments from HelpCrunch, and names those that do not exist. Exit code 1: there is a mistake.

  npm run check-config
  npm run check-config -- --schema     prints the routing file's JSON Schema
`
const NO_KEYS = { HELPCRUNCH_API_KEY: 'none', HELPCRUNCH_WEBHOOK_SIGNING_KEY: 'none' }

const { values } = parseArgs({
  options: { help: { type: 'boolean', default: false }, schema: { type: 'boolean', default: false } },
})
if (values.help) say(HELP)
else if (values.schema) say(JSON.stringify(routingFileSchema, null, 2))
else process.exitCode = await check()

async function check(): Promise<number> {
  try {
    const hasKey = process.env.HELPCRUNCH_API_KEY !== undefined || process.env.ACCOUNTS_FILE !== undefined
    const config = await readConfig(hasKey ? process.env : { ...process.env, ...NO_KEYS })
    let hasMistake = false
    for (const account of await readAccounts(config, process.env)) {
      if (config.ACCOUNTS_FILE !== undefined) say(`\naccount ${account.name}`)
      const mistake = await checkAccount(account, config, hasKey)
      if (mistake === null) continue
      hasMistake = true
      process.stderr.write(`${mistake}\n`)
    }
    return hasMistake ? 1 : 0
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`)
    return 1
  }
}

/** @returns the mistake, or `null` */
async function checkAccount(account: AccountSettings, config: Config, hasKey: boolean): Promise<string | null> {
  const read = await readPolicy({
    rules: config.ROUTING_RULES ?? null,
    agentCapacity: config.AGENT_CAPACITY ?? null,
    path: account.routingFile,
    plugins: config.ROUTING_PLUGINS ?? null,
  }).catch((error: unknown) => (error as Error).message)
  const policy = typeof read === 'string' ? read : (read?.policy ?? '')
  if (typeof policy === 'string') return policy
  say(`rules: ${policy.rules.map(({ rule, isPreference }) => rule.name + (isPreference ? '?' : '')).join(', ')}`)
  if (!hasKey) {
    say('HELPCRUNCH_API_KEY is not set: agents and departments were not looked up')
    return null
  }
  const roster = await readAccount(account, config.REQUEST_TIMEOUT_MS, systemClock)
  if (typeof roster === 'string')
    return `agents and departments could not be read: ${roster}; check HELPCRUNCH_API_URL and HELPCRUNCH_API_KEY`
  say(showPolicy(policy, roster.agents, roster.departments))
  const findings = reviewPolicy(policy, roster.agents, roster.departments, systemClock.now())
  say(findings.length === 0 ? 'nothing seems wrong' : findings.map((finding) => `! ${finding}`).join('\n'))
  return null
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
