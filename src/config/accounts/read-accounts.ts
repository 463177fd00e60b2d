import { dirname, resolve } from 'node:path'
import { ConfigError, signingKeysIn, type Config, type Environment } from '../config.ts'
import { readBounded } from '../read-bounded.ts'

/** One HelpCrunch account that this deployment serves. */
export interface AccountSettings {
  readonly name: string
  readonly apiKey: string
  /** Both the old and the new key while the key is being changed. */
  readonly signingKeys: readonly string[]
  readonly apiUrl: string
  readonly limitPerMinute: number
  /** The path of the account's routing file, or `null`. */
  readonly routingFile: string | null
  /** `acme` of acme.helpcrunch.com, or `null` if it is not known. */
  readonly subdomain: string | null
  /** Tokens that give access to this account alone. */
  readonly adminToken: string | null
  readonly viewerToken: string | null
}

/** Enough for many accounts of about 200 bytes each. */
const MAX_BYTES = 4 * 1024 * 1024

/** The name of the only account, which needs none. */
export const ONLY_ACCOUNT = 'default'

/**
 * Reads the accounts to serve: those of ACCOUNTS_FILE, or the one of the environment's variables, named `default`.
 * @throws ConfigError with all mistakes in the file; no message contains a key
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
  // Reading YAML takes about ten megabytes, so it is loaded only for several accounts.
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
    subdomain: account.subdomain ?? null,
    adminToken: account.adminToken ?? null,
    viewerToken: account.viewerToken ?? null,
  }))
}

/** The account of the environment's variables. */
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
    subdomain: config.HELPCRUNCH_SUBDOMAIN ?? null,
    adminToken: null,
    viewerToken: null,
  }
}
