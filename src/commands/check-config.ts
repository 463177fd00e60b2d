import { systemClock } from '../clock.ts'
import { readAccounts, type AccountSettings } from '../config/accounts/read-accounts.ts'
import { NO_KEYS, readConfig, type Config } from '../config/config.ts'
import { useOutgoingProxy } from '../config/outgoing-proxy.ts'
import { policySettingsOf } from '../config/policy-sources.ts'
import { readPolicy } from '../config/policy-source.ts'
import { routingFileSchema } from '../routing/file-schema.ts'
import { reviewPolicy } from '../routing/review.ts'
import { readAccount } from './account.ts'
import { runCommand, say } from './run-command.ts'
import { showPolicy } from './show-policy.ts'

const HELP = `Checks the settings and the routing file, and says what was understood. With HELPCRUNCH_API_KEY it reads agents and
departments from HelpCrunch, and names those that do not exist. Exit code 1: there is a mistake.

  npm run check-config
  npm run --silent check-config -- --schema     prints the routing file's JSON Schema
`

await runCommand(HELP, { schema: { type: 'boolean', default: false } }, 0, async ({ schema }) => {
  if (schema) return say(JSON.stringify(routingFileSchema, null, 2))
  const hasKey = isSet('HELPCRUNCH_API_KEY') || isSet('HELPCRUNCH_API_KEY_FILE') || isSet('ACCOUNTS_FILE')
  const config = await readConfig(hasKey ? process.env : { ...process.env, ...NO_KEYS })
  useOutgoingProxy(process.env)
  const mistakes: string[] = []
  for (const account of await readAccounts(config, process.env)) {
    const name = config.ACCOUNTS_FILE === undefined ? '' : `account ${account.name}`
    if (name !== '') say(`\n${name}`)
    const mistake = await checkAccount(account, config, hasKey).catch((error: unknown) => (error as Error).message)
    if (mistake !== null) mistakes.push(name === '' ? mistake : `${name}: ${mistake}`)
  }
  if (mistakes.length > 0) throw new Error(mistakes.join('\n'))
})

/** A variable that is set to nothing counts as not set, as for the service. */
function isSet(name: string): boolean {
  return (process.env[name]?.trim() ?? '') !== ''
}

/** @returns the mistake, or `null` */
async function checkAccount(account: AccountSettings, config: Config, hasKey: boolean): Promise<string | null> {
  const policy = await readPolicy(policySettingsOf(account, config))
  if (typeof policy === 'string') return policy
  say(`rules: ${policy.rules.map(({ rule, isPreference }) => rule.name + (isPreference ? '?' : '')).join(', ')}`)
  if (!hasKey) {
    say('HELPCRUNCH_API_KEY is not set: agents and departments were not looked up')
    return null
  }
  const roster = await readAccount(account, config.REQUEST_TIMEOUT_MS, systemClock)
  if (typeof roster === 'string')
    return `agents and departments could not be read: ${roster}; check HELPCRUNCH_API_URL and HELPCRUNCH_API_KEY (in ACCOUNTS_FILE: apiUrl and apiKey)`
  say(showPolicy(policy, roster.agents, roster.departments))
  const findings = reviewPolicy(policy, roster.agents, roster.departments, systemClock.now())
  say(findings.length === 0 ? 'nothing seems wrong' : findings.map((finding) => `! ${finding}`).join('\n'))
  return null
}
