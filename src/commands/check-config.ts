import { systemClock } from '../clock.ts'
import { readAccounts, type AccountSettings } from '../config/accounts/read-accounts.ts'
import { NO_KEYS, readConfig, type Config } from '../config/config.ts'
import { useOutgoingProxy } from '../config/outgoing-proxy.ts'
import { policySettingsOf } from '../config/policy-sources.ts'
import { readPolicyNow } from '../config/read-policy.ts'
import { loadHere } from './load-plugins.ts'
import { isPersonalAttribute } from '../helpcrunch/customer.ts'
import { likelyBots } from '../routing/bots.ts'
import type { Policy } from '../routing/contract.ts'
import { routingFileSchema } from '../routing/file-schema.ts'
import { reviewFile, reviewRoster } from '../routing/review.ts'
import { describeSettings } from '../routing/describe-settings.ts'
import { readAccount } from './account.ts'
import { runCommand, say } from './run-command.ts'
import { showRoster } from './show-policy.ts'

const HELP = `Checks the settings and the routing file, and says what was understood. With HELPCRUNCH_API_KEY it reads agents and
departments from HelpCrunch, and names those that do not exist. Lines with a ! are warnings. Exit code 1: there is a mistake.

  npm run check-config
  npm run check-config -- --strict              exit code 1 for warnings, too
  npm run --silent check-config -- --schema     prints the routing file's JSON Schema
`
const OPTIONS = { schema: { type: 'boolean', default: false }, strict: { type: 'boolean', default: false } } as const

await runCommand(HELP, OPTIONS, 0, async ({ schema, strict }) => {
  if (schema) return say(JSON.stringify(routingFileSchema, null, 2))
  const hasKey = isSet('HELPCRUNCH_API_KEY') || isSet('HELPCRUNCH_API_KEY_FILE') || isSet('ACCOUNTS_FILE')
  const config = await readConfig(hasKey ? process.env : { ...process.env, ...NO_KEYS })
  useOutgoingProxy(process.env)
  const mistakes: string[] = []
  let warnings = 0
  for (const account of await readAccounts(config, process.env)) {
    const name = config.ACCOUNTS_FILE === undefined ? '' : `account ${account.name}`
    if (name !== '') say(`\n${name}`)
    const checked = await checkAccount(account, config, hasKey).catch((error: unknown) => (error as Error).message)
    if (typeof checked === 'string') mistakes.push(name === '' ? checked : `${name}: ${checked}`)
    else warnings += checked
  }
  if (mistakes.length > 0) throw new Error(mistakes.join('\n'))
  if (strict && warnings > 0) throw new Error(`${warnings} warnings, and --strict`)
})

/** Whether a variable is set; an empty one counts as not set, as in the service. */
function isSet(name: string): boolean {
  return (process.env[name]?.trim() ?? '') !== ''
}

/**
 * Checks one account.
 * @returns the number of warnings, or the mistake
 */
async function checkAccount(account: AccountSettings, config: Config, hasKey: boolean): Promise<number | string> {
  const plugins = config.ROUTING_PLUGINS === undefined ? null : await loadHere(config.ROUTING_PLUGINS)
  if (typeof plugins === 'string') return `ROUTING_PLUGINS: ${plugins}`
  const policy = await readPolicyNow(policySettingsOf(account, config, plugins))
  if (typeof policy === 'string') return policy
  say(`rules: ${policy.rules.map(({ rule, isPreference }) => rule.name + (isPreference ? '?' : '')).join(', ')}`)
  for (const sentence of describeSettings(policy)) say(sentence)
  const warnings = [...reviewFile(policy), ...personalAttributes(policy)]
  if (!hasKey) {
    say('HELPCRUNCH_API_KEY is not set: agents and departments were not looked up')
    return warn(warnings)
  }
  const roster = await readAccount(account, config.REQUEST_TIMEOUT_MS, systemClock)
  if (typeof roster === 'string') {
    warn(warnings)
    return `agents and departments could not be read: ${roster}`
  }
  const { agents, departments } = roster
  say(showRoster(policy, agents, departments))
  for (const { id, name } of likelyBots(agents, policy.settings))
    say(`agent ${name} (${id}) has the name of a bot: if it is one, declare it with bots: [${id}] in the routing file`)
  const all = [...warnings, ...reviewRoster(policy, agents, departments, systemClock.now())]
  if (all.length === 0) say('nothing seems wrong')
  return warn(all)
}

function warn(warnings: readonly string[]): number {
  for (const warning of warnings) say(`! ${warning}`)
  return warnings.length
}

/** Finds labels by attributes that identify a customer: these are not read, so the labels never apply. */
function personalAttributes({ settings }: Policy): string[] {
  return Object.entries(settings.file.labels ?? {}).flatMap(([label, { attributes = {} }]) =>
    Object.keys(attributes)
      .filter(isPersonalAttribute)
      .map(
        (name) =>
          `labels.${label}.attributes.${name}: it says who a customer is and is not read, so no chat gets this label`,
      ),
  )
}
