import fastifyEnv from '@fastify/env'
import Fastify from 'fastify'
import { ConfigError, type Environment } from './config-error.ts'
import { configSchema, type Config } from './config-schema.ts'
import { readSecretFiles } from './secret-files.ts'
import { trustedProxiesIn } from './trusted-proxies.ts'

export { ConfigError, type Environment } from './config-error.ts'
export type { Config } from './config-schema.ts'

type Name = keyof typeof configSchema.properties

/** What each account of ACCOUNTS_FILE has for itself. */
const PER_ACCOUNT = [
  'HELPCRUNCH_API_KEY',
  'HELPCRUNCH_WEBHOOK_SIGNING_KEY',
  'HELPCRUNCH_API_URL',
  'ROUTING_FILE',
  'RATE_LIMIT_PER_MINUTE',
] as const
const SECRETS = new Set<Name>(['HELPCRUNCH_API_KEY', 'HELPCRUNCH_WEBHOOK_SIGNING_KEY', 'ADMIN_TOKEN'])

/**
 * Reads the settings; a variable set to nothing counts as not set.
 * @throws ConfigError for the first variable that is missing or wrong; a secret's value is never in the message
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
  // Looked for here because two of them have defaults: only what is really set is a mistake.
  const misplaced = data.ACCOUNTS_FILE === undefined ? undefined : PER_ACCOUNT.find((name) => data[name] !== undefined)
  if (misplaced !== undefined)
    throw new ConfigError(`${misplaced} is set beside ACCOUNTS_FILE; it is given per account in ACCOUNTS_FILE`)
  try {
    // @fastify/env only comes as a plugin, and the settings are needed before the service's own Fastify: this one only reads.
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

/** `docker run --env-file` takes quotes for a part of the value, where a shell or Compose takes them off. */
export function isQuoted(value: string): boolean {
  return /^(["'`]).*\1$/s.test(value) && value.length > 1
}

function explainQuotes(name: string): string {
  return `${name} begins and ends with a quotation mark, which docker run --env-file leaves in the value; write it without quotes`
}

/** Stand in for the keys where none is used. */
export const NO_KEYS = { HELPCRUNCH_API_KEY: 'none', HELPCRUNCH_WEBHOOK_SIGNING_KEY: 'none' }

/** The one setting that a command line tool needs, which works without the keys. */
export async function readDatabaseUrl(environment: Environment): Promise<string> {
  const { DATABASE_URL, DATABASE_URL_FILE } = environment
  return (await readConfig({ ...NO_KEYS, DATABASE_URL, DATABASE_URL_FILE })).DATABASE_URL
}

/** All that must never be seen, such as in the log. */
export function secretsOf(config: Config): string[] {
  const { HELPCRUNCH_API_KEY, HELPCRUNCH_WEBHOOK_SIGNING_KEY = '', ADMIN_TOKEN, DATABASE_URL } = config
  const secrets = [HELPCRUNCH_API_KEY, ...signingKeysIn(HELPCRUNCH_WEBHOOK_SIGNING_KEY), ADMIN_TOKEN]
  return [...new Set([...secrets, ...passwordsIn(DATABASE_URL)])].filter((secret) => secret !== undefined)
}

/** The signing keys that count, while they are being changed both. */
export function signingKeysIn(value: string): string[] {
  return value.split(',').flatMap((key) => key.trim() || [])
}

/** Each password as it stands in the address, and decoded. PostgreSQL's may also be one of the parameters. */
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
    // A percent sign that stands for itself.
    return text
  }
}

/** What is wrong in a PostgreSQL address may well be its password. */
function isSecret(name: Name, value: string): boolean {
  return SECRETS.has(name) || (name === 'DATABASE_URL' && /[@?]/.test(value))
}

/** The address that cannot be parsed, which no pattern finds. PostgreSQL's may leave out its host. */
function findNoAddress({ HELPCRUNCH_API_URL, DATABASE_URL, TRUSTED_PROXIES }: Config): Name | undefined {
  if (!URL.canParse(HELPCRUNCH_API_URL)) return 'HELPCRUNCH_API_URL'
  if (TRUSTED_PROXIES !== undefined && trustedProxiesIn(TRUSTED_PROXIES) === null) return 'TRUSTED_PROXIES'
  const isUsable = DATABASE_URL.startsWith('file:') || URL.canParse(DATABASE_URL.replace('@/', '@host/'))
  return isUsable ? undefined : 'DATABASE_URL'
}

/** The first variable that Ajv complained about (ajv.js.org, error objects). */
function findVariable(error: unknown): Name | undefined {
  const errors = (error as { errors?: { instancePath: string; params: { missingProperty?: string } }[] }).errors
  const first = errors?.[0]
  const name = first?.params.missingProperty ?? first?.instancePath.slice(1)
  return (Object.keys(configSchema.properties) as Name[]).find((known) => known === name)
}
