import { parseArgs } from 'node:util'
import { systemClock } from '../clock.ts'
import { ConfigError, readConfig } from '../config.ts'
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
    const hasKey = process.env.HELPCRUNCH_API_KEY !== undefined
    const config = await readConfig(hasKey ? process.env : { ...process.env, ...NO_KEYS })
    const read = await readPolicy({
      rules: config.ROUTING_RULES ?? null,
      agentCapacity: config.AGENT_CAPACITY ?? null,
      path: config.ROUTING_FILE ?? null,
      plugins: config.ROUTING_PLUGINS ?? null,
    })
    const policy = read?.policy ?? ''
    if (typeof policy === 'string') throw new ConfigError(policy)
    say(`rules: ${policy.rules.map(({ rule, isPreference }) => rule.name + (isPreference ? '?' : '')).join(', ')}`)
    if (!hasKey) {
      say('HELPCRUNCH_API_KEY is not set: agents and departments were not looked up')
      return 0
    }
    const account = await readAccount(config, systemClock)
    if (typeof account === 'string')
      throw new ConfigError(
        `agents and departments could not be read: ${account}; check HELPCRUNCH_API_URL and HELPCRUNCH_API_KEY`,
      )
    say(showPolicy(policy, account.agents, account.departments))
    const findings = reviewPolicy(policy, account.agents, account.departments, systemClock.now())
    say(findings.length === 0 ? 'nothing seems wrong' : findings.map((finding) => `! ${finding}`).join('\n'))
    return 0
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`)
    return 1
  }
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
