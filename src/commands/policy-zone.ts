import { readFile } from 'node:fs/promises'
import { readAccounts } from '../config/accounts/read-accounts.ts'
import { NO_KEYS, readConfig, type Environment } from '../config/config.ts'
import type { AgentId } from '../domain.ts'
import { readRoutingFile } from '../routing/read-file.ts'

/**
 * The time zone of an agent: of the agent's shift, else of the shift for all, else the only zone in the routing file,
 * else UTC.
 * @param account the name in ACCOUNTS_FILE; without that file there is only one
 * @throws Error if the routing file cannot be read
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

/** Removes the files of keys, which are not needed here and may not be readable. */
function withoutKeyFiles(environment: Environment): Environment {
  return { ...environment, HELPCRUNCH_API_KEY_FILE: undefined, HELPCRUNCH_WEBHOOK_SIGNING_KEY_FILE: undefined }
}
