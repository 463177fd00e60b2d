import fastifyEnv from '@fastify/env'
import Fastify from 'fastify'
import { ConfigError, type Environment } from './config-error.ts'
import { configSchema, type Config } from './config-schema.ts'
import { readSecretFiles } from './secret-files.ts'
import { trustedProxiesIn } from './trusted-proxies.ts'

export { ConfigError, type Environment } from './config-error.ts'
export type { Config } from './config-schema.ts'

type Name = keyof typeof configSchema.properties

/** The variables that ACCOUNTS_FILE replaces by settings of each account. */
const PER_ACCOUNT = [
  'HELPCRUNCH_API_KEY',
  'HELPCRUNCH_WEBHOOK_SIGNING_KEY',
  'HELPCRUNCH_API_URL',
  'HELPCRUNCH_SUBDOMAIN',
  'ROUTING_FILE',
  'RATE_LIMIT_PER_MINUTE',
] as const
const SECRETS = new Set<Name>([
  'HELPCRUNCH_API_KEY',
  'HELPCRUNCH_WEBHOOK_SIGNING_KEY',
  'ADMIN_TOKEN',
  'VIEWER_TOKEN',
  'METRICS_TOKEN',
])

/**
 * Reads the settings; an empty variable counts as not set.
 * @throws ConfigError for the first variable that is missing or wrong; no message contains a secret's value
 */
export async function readConfig(given: Environment): Promise<Config> {
  const environment = await readSecretFiles(given)
  const data: Partial<Record<string, string>> = Object.fromEntries(
    Object.keys(configSchema.properties).flatMap((name) => {
      const value = environment[name]?.trim()
      return value === undefined || value === '' ? [] : [[name, value]]
    }),
  )
  for (const [name, value = ''] of Object.entries(data)) if (isQuoted(value)) throw new ConfigError(explainQuotes(name))
  // Checked here, because two of them have defaults: only variables that are really set are a mistake.
  const misplaced = data.ACCOUNTS_FILE === undefined ? undefined : PER_ACCOUNT.find((name) => data[name] !== undefined)
  if (misplaced !== undefined)
    throw new ConfigError(`${misplaced} is set beside ACCOUNTS_FILE; it is given per account in ACCOUNTS_FILE`)
  try {
    // @fastify/env is only a plugin, and the settings are needed before the service's own Fastify: this instance only
    // reads them.
    const reader = Fastify()
    await reader.register(fastifyEnv, { schema: structuredClone(configSchema), data, env: false })
    const config = reader.getEnvs<Config>()
    const wrong = findNoAddress(config)
    if (wrong !== undefined) throw Object.assign(new Error(), { errors: [{ instancePath: `/${wrong}`, params: {} }] })
    return config
  } catch (error) {
    const name = findVariable(error)
    if (name === undefined) throw error
    const value = data[name]
    const found = value === undefined ? 'is not set' : isSecret(name, value) ? 'is not usable' : `is "${value}"`
    throw new ConfigError(`${name} ${found}; it should be ${configSchema.properties[name].description}`, {
      cause: error,
    })
  }
}

/**
 * Whether a value is in quotes: `docker run --env-file` keeps them as part of the value, where a shell or Compose
 * removes them.
 */
export function isQuoted(value: string): boolean {
  return /^(["'`]).*\1$/s.test(value) && value.length > 1
}

function explainQuotes(name: string): string {
  return `${name} begins and ends with a quotation mark, which docker run --env-file leaves in the value; write it without quotes`
}

/** Placeholders for the keys where no key is used. */
export const NO_KEYS = { HELPCRUNCH_API_KEY: 'none', HELPCRUNCH_WEBHOOK_SIGNING_KEY: 'none' }

/** Reads the only setting that a command line tool without keys needs. */
export async function readDatabaseUrl(environment: Environment): Promise<string> {
  const { DATABASE_URL, DATABASE_URL_FILE } = environment
  return (await readConfig({ ...NO_KEYS, DATABASE_URL, DATABASE_URL_FILE })).DATABASE_URL
}

/** All values that must never appear, for example in the log. */
export function secretsOf(config: Config): string[] {
  const { HELPCRUNCH_API_KEY, HELPCRUNCH_WEBHOOK_SIGNING_KEY = '', DATABASE_URL } = config
  const { ADMIN_TOKEN, VIEWER_TOKEN, METRICS_TOKEN } = config
  const secrets = [
    HELPCRUNCH_API_KEY,
    ...signingKeysIn(HELPCRUNCH_WEBHOOK_SIGNING_KEY),
    ADMIN_TOKEN,
    VIEWER_TOKEN,
    METRICS_TOKEN,
  ]
  return [...new Set([...secrets, ...passwordsIn(DATABASE_URL)])].filter((secret) => secret !== undefined)
}

/** The valid signing keys: both while the key is being changed. */
export function signingKeysIn(value: string): string[] {
  return value.split(',').flatMap((key) => key.trim() || [])
}

/** Each password as it is in the address, and decoded. PostgreSQL's may also be a parameter. */
function passwordsIn(databaseUrl: string): string[] {
  if (databaseUrl.startsWith('file:')) return []
  const [, beforeHost = ''] = /^\w+:\/\/[^:/?#]*:([^/?#]*)@/.exec(databaseUrl) ?? []
  const parameters = Array.from(databaseUrl.matchAll(/[?&](?:ssl)?password=([^&#]*)/g), ([, value = '']) => value)
  return [beforeHost, ...parameters].filter((password) => password !== '').flatMap((raw) => [raw, decode(raw)])
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    // A percent sign that encodes nothing.
    return text
  }
}

/** Whether a variable's wrong value may be secret: in a PostgreSQL address the password may be what is wrong. */
function isSecret(name: Name, value: string): boolean {
  return SECRETS.has(name) || (name === 'DATABASE_URL' && /[@?]/.test(value))
}

/** The variable whose address cannot be parsed, which no pattern finds. PostgreSQL's may leave out the host. */
function findNoAddress(config: Config): Name | undefined {
  const { HELPCRUNCH_API_URL, DATABASE_URL, PUBLIC_URL, SSO_USER_HEADER, TRUSTED_PROXY } = config
  if (!URL.canParse(HELPCRUNCH_API_URL)) return 'HELPCRUNCH_API_URL'
  if (PUBLIC_URL !== undefined && !URL.canParse(PUBLIC_URL)) return 'PUBLIC_URL'
  for (const name of ['TRUSTED_PROXIES', 'TRUSTED_PROXY'] as const)
    if (trustedProxiesIn(config[name] ?? 'loopback') === null) return name
  // Without a trusted proxy the header would be ignored without any message.
  if (SSO_USER_HEADER !== undefined && TRUSTED_PROXY === undefined) return 'TRUSTED_PROXY'
  const isUsable = DATABASE_URL.startsWith('file:') || URL.canParse(DATABASE_URL.replace('@/', '@host/'))
  return isUsable ? undefined : 'DATABASE_URL'
}

/** The first variable in Ajv's errors (ajv.js.org, error objects). */
function findVariable(error: unknown): Name | undefined {
  const errors = (error as { errors?: { instancePath: string; params: { missingProperty?: string } }[] }).errors
  const first = errors?.[0]
  const name = first?.params.missingProperty ?? first?.instancePath.slice(1)
  return (Object.keys(configSchema.properties) as Name[]).find((known) => known === name)
}
