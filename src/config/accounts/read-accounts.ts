import { dirname, resolve } from 'node:path'
import { ConfigError, signingKeysIn, type Config, type Environment } from '../config.ts'
import { readBounded } from '../read-bounded.ts'

/** One HelpCrunch account that this deployment serves. */
export interface AccountSettings {
  readonly name: string
  readonly apiKey: string
  /** While the key is being changed, both. */
  readonly signingKeys: readonly string[]
  readonly apiUrl: string
  readonly limitPerMinute: number
  /** The path of its routing file, or `null`. */
  readonly routingFile: string | null
}

/** Some 200 bytes are enough for an account. */
const MAX_BYTES = 4 * 1024 * 1024

/** The name of the account that needs none, because it is the only one. */
export const ONLY_ACCOUNT = 'default'

/**
 * The accounts to serve: those of ACCOUNTS_FILE, or the one of the environment's variables, named `default`.
 * @throws ConfigError with all that is wrong with the file; no key is ever in the message
 */
export async function readAccounts(config: Config, environment: Environment): Promise<readonly AccountSettings[]> {
  const { ACCOUNTS_FILE: path } = config
  if (path === undefined) return [onlyAccount(config)]
  const bytes = await readBounded(path, MAX_BYTES).catch((error: unknown) => {
    throw new ConfigError(`ACCOUNTS_FILE: cannot read ${path}: ${(error as Error).message}`, { cause: error })
  })
  if (bytes.length > MAX_BYTES)
    throw new ConfigError(`ACCOUNTS_FILE: ${path} is larger than ${MAX_BYTES} bytes, enough for 10,000 accounts`)
  const text = bytes.toString()
  // Only who has several accounts pays for reading YAML: some ten megabytes.
  const { readAccountsFile } = await import('./file.ts')
  const file = readAccountsFile(text, environment)
  if (Array.isArray(file)) throw new ConfigError(`ACCOUNTS_FILE: ${path}: ${file.join('; ')}`)
  return file.accounts.map((account) => ({
    name: account.name,
    apiKey: account.apiKey,
    signingKeys: signingKeysIn(account.signingKey),
    apiUrl: account.apiUrl,
    limitPerMinute: account.requestsPerMinute,
    routingFile: account.routingFile === undefined ? null : resolve(dirname(path), account.routingFile),
  }))
}

/** The one of the environment's variables. */
export function onlyAccount(config: Config): AccountSettings {
  const { HELPCRUNCH_API_KEY: apiKey, HELPCRUNCH_WEBHOOK_SIGNING_KEY: signingKey } = config
  if (apiKey === undefined || signingKey === undefined) throw new Error('without ACCOUNTS_FILE, both keys are required')
  return {
    name: ONLY_ACCOUNT,
    apiKey,
    signingKeys: signingKeysIn(signingKey),
    apiUrl: config.HELPCRUNCH_API_URL,
    limitPerMinute: config.RATE_LIMIT_PER_MINUTE,
    routingFile: config.ROUTING_FILE ?? null,
  }
}
