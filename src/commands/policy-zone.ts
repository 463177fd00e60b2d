import { readFile } from 'node:fs/promises'
import { readAccounts } from '../config/accounts/read-accounts.ts'
import { NO_KEYS, readConfig, type Environment } from '../config/config.ts'
import type { AgentId } from '../domain.ts'
import { readRoutingFile } from '../routing/read-file.ts'

/**
 * The time zone in which an agent works: of their shift, else of the shift for all, else the only one that the routing file
 * has, else UTC.
 * @param account its name in ACCOUNTS_FILE; without that file there is only one
 * @throws Error where the routing file cannot be read
 */
export async function policyZone(environment: Environment, account: string, agentId: AgentId): Promise<string> {
  const path = await routingFileOf(environment, account)
  if (path === null) return 'UTC'
  const file = readRoutingFile(await readFile(path, 'utf8'))
  if (Array.isArray(file)) throw new Error(`routing file ${path}: ${file.join('; ')}`)
  const { shifts = {}, agents = {} } = file
  const shift = agents[String(agentId)]?.shift ?? file.shift
  const zones = new Set(Object.values(shifts).map(({ zone }) => zone))
  const [only] = zones.size === 1 ? zones : []
  return (shift === undefined ? undefined : shifts[shift]?.zone) ?? only ?? 'UTC'
}

async function routingFileOf(environment: Environment, name: string): Promise<string | null> {
  const isSet = (variable: string) => (environment[variable]?.trim() ?? '') !== ''
  const config = await readConfig(
    isSet('ACCOUNTS_FILE') ? environment : { ...withoutKeyFiles(environment), ...NO_KEYS },
  )
  const accounts = await readAccounts(config, environment)
  return accounts.find((account) => account.name === name)?.routingFile ?? null
}

/** The keys are not needed here, and may not be at hand. */
function withoutKeyFiles(environment: Environment): Environment {
  return { ...environment, HELPCRUNCH_API_KEY_FILE: undefined, HELPCRUNCH_WEBHOOK_SIGNING_KEY_FILE: undefined }
}
