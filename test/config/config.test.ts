import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { configSchema } from '../../src/config/config-schema.ts'
import { ConfigError, readConfig, readDatabaseUrl, secretsOf } from '../../src/config/config.ts'

const KEYS = { HELPCRUNCH_API_KEY: 'k', HELPCRUNCH_WEBHOOK_SIGNING_KEY: 's' }

/** Why these settings cannot be read, or `null`. */
function messageOf(environment: Record<string, string>): Promise<string | null> {
  return readConfig(environment).then(
    () => null,
    (error: unknown) => (error instanceof ConfigError ? error.message : Promise.reject(error as Error)),
  )
}

function descriptionOf(name: string): string {
  return Object.entries(configSchema.properties).find(([known]) => known === name)?.[1].description ?? ''
}

test('the keys are enough; everything else has a default', async () => {
  expect(await readConfig(KEYS)).toEqual({
    ...KEYS,
    HELPCRUNCH_API_URL: 'https://api.helpcrunch.com/v1',
    HOST: '0.0.0.0',
    PORT: 3000,
    DATABASE_URL: 'file:./data/autoassign.db',
    RATE_LIMIT_PER_MINUTE: 120,
    REQUEST_TIMEOUT_MS: 10_000,
    MAX_ATTEMPTS: 8,
    SYNC_INTERVAL_SECONDS: 300,
    RECONCILE_LOOKBACK_MINUTES: 60,
    EVENT_RETENTION_DAYS: 30,
    DRY_RUN: false,
    EXPLAIN_IN_CHAT: false,
    LOG_LEVEL: 'info',
    SHUTDOWN_TIMEOUT_MS: 8000,
  })
})

test('numbers and switches are parsed, blanks count as not set, and other variables are left out', async () => {
  const config = await readConfig({
    ...KEYS,
    PORT: ' 80 ',
    DRY_RUN: 'true',
    AGENT_CAPACITY: '5',
    HOST: '',
    PATH: '/bin',
  })
  expect(config).toMatchObject({ PORT: 80, DRY_RUN: true, AGENT_CAPACITY: 5, HOST: '0.0.0.0' })
  expect(config).not.toHaveProperty('PATH')
})

describe('a wrong value is reported with what it should be', () => {
  test.for<[string, string]>([
    ['PORT', '65536'],
    ['PORT', '80.5'],
    ['AGENT_CAPACITY', '0'],
    ['RATE_LIMIT_PER_MINUTE', 'many'],
    ['REQUEST_TIMEOUT_MS', '10s'],
    ['MAX_ATTEMPTS', '0'],
    ['SYNC_INTERVAL_SECONDS', '-1'],
    ['EVENT_RETENTION_DAYS', '0'],
    ['DRY_RUN', 'yes'],
    ['LOG_LEVEL', 'loud'],
    ['HELPCRUNCH_API_URL', 'api.helpcrunch.com'],
    ['DATABASE_URL', 'postgres'],
    ['DATABASE_URL', 'postgres://'],
    ['DATABASE_URL', 'postgres://db:port/x'],
    ['SHUTDOWN_TIMEOUT_MS', 'NaN'],
    ['OPERATIONS_PORT', '70000'],
    ['TRUSTED_PROXIES', 'proxy.example'],
    ['TRUSTED_PROXIES', '10.0.0.0/33'],
    ['TRUSTED_PROXIES', '10.0.0.0/0'],
    ['TRUSTED_PROXIES', '10.0.0.1,'],
  ])('%s=%s', async ([name, value]) => {
    const failure = await readConfig({ ...KEYS, [name]: value }).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(ConfigError)
    expect((failure as Error).message).toMatch(new RegExp(`^${name} is "${value}"; it should be .+$`))
  })

  test.for<[string, string]>([
    ['HELPCRUNCH_API_KEY', 'hush hush'],
    ['HELPCRUNCH_WEBHOOK_SIGNING_KEY', ',hush'],
    ['HELPCRUNCH_WEBHOOK_SIGNING_KEY', 'hush, '],
    ['ADMIN_TOKEN', 'hush'],
    ['DATABASE_URL', 'mysql://me:hush@db/x'],
    ['DATABASE_URL', 'postgres://me:hush@db:port/x'],
    ['DATABASE_URL', 'postgres://me:hush#hush@db/x'],
    ['DATABASE_URL', 'postgres:/db/x?user=me&password=hush'],
  ])('but never a secret’s value: %s=%s', async ([name, value]) => {
    const message = await messageOf({ ...KEYS, [name]: value })
    expect(message).toBe(`${name} is not usable; it should be ${descriptionOf(name)}`)
    expect(message).not.toContain('hush')
  })
})

describe('quotation marks around a value', () => {
  test.for<[string, string]>([
    ['HELPCRUNCH_WEBHOOK_SIGNING_KEY', '"hush"'],
    ['HELPCRUNCH_WEBHOOK_SIGNING_KEY', '"hush","hush-too"'],
    ['HELPCRUNCH_API_KEY', "'hush'"],
    ['ROUTING_FILE', '"./routing.yaml"'],
    ['PORT', '"3000"'],
    ['DATABASE_URL', '`file:./hush.db`'],
  ])('%s=%s are named, and never the value', async ([name, value]) => {
    const message = await messageOf({ ...KEYS, [name]: value })
    expect(message).toBe(
      `${name} begins and ends with a quotation mark, which docker run --env-file leaves in the value; write it without quotes`,
    )
  })

  test('on one side alone belong to the value', async () => {
    const HELPCRUNCH_API_KEY = '"half'
    expect(await readConfig({ ...KEYS, HELPCRUNCH_API_KEY })).toMatchObject({ HELPCRUNCH_API_KEY })
  })
})

test('BOT_AGENT_IDS is a list of ids, or none', async () => {
  for (const BOT_AGENT_IDS of ['none', '5', '5, 6'])
    expect(await readConfig({ ...KEYS, BOT_AGENT_IDS })).toMatchObject({ BOT_AGENT_IDS })
  for (const BOT_AGENT_IDS of ['Robo', '0', '5,', 'none,5'])
    expect(await messageOf({ ...KEYS, BOT_AGENT_IDS })).toMatch(/^BOT_AGENT_IDS is ".*"; it should be ids of agents/)
})

describe('with ACCOUNTS_FILE', () => {
  const ACCOUNTS_FILE = './accounts.yaml'

  test('the keys are neither required nor read', async () => {
    const config = await readConfig({ ACCOUNTS_FILE })
    expect(config).toMatchObject({ ACCOUNTS_FILE, PORT: 3000 })
    expect(config).not.toHaveProperty('HELPCRUNCH_API_KEY')
  })

  test.for<[string, string]>([
    ['HELPCRUNCH_API_KEY', 'secret'],
    ['HELPCRUNCH_WEBHOOK_SIGNING_KEY', 'secret'],
    ['HELPCRUNCH_API_URL', 'https://api.helpcrunch.com/v1'],
    ['ROUTING_FILE', './routing.yaml'],
    ['RATE_LIMIT_PER_MINUTE', '120'],
  ])('%s is a mistake, since each account has its own', async ([name, value]) => {
    const message = await messageOf({ ACCOUNTS_FILE, [name]: value })
    expect(message).toBe(`${name} is set beside ACCOUNTS_FILE; it is given per account in ACCOUNTS_FILE`)
    expect(await messageOf({ ACCOUNTS_FILE, [name]: ' ' })).toBeNull()
  })

  test('that is empty, the keys are required', async () => {
    expect(await messageOf({ ACCOUNTS_FILE: ' ' })).toMatch(/^HELPCRUNCH_API_KEY is not set; /)
    expect(await messageOf({ HELPCRUNCH_API_KEY: 'k' })).toMatch(/^HELPCRUNCH_WEBHOOK_SIGNING_KEY is not set; /)
  })
})

test.for([
  'postgres://db/x',
  'postgresql://me:p%40ss@db:5432/x?sslmode=require',
  'postgres://me:100%@db/x',
  'postgres://me:secret@/x?host=/var/run/postgresql',
])('%s is the address of a database', async (DATABASE_URL) => {
  expect(await readConfig({ ...KEYS, DATABASE_URL })).toMatchObject({ DATABASE_URL })
})

test('the database’s address is read without keys, with and without several accounts', async () => {
  expect(await readDatabaseUrl({})).toBe('file:./data/autoassign.db')
  const environment = { ACCOUNTS_FILE: './accounts.yaml', DATABASE_URL: 'postgres://db/x' }
  expect(await readDatabaseUrl(environment)).toBe('postgres://db/x')
  await expect(readDatabaseUrl({ DATABASE_URL: 'x' })).rejects.toThrow(/^DATABASE_URL is "x"; it should be file: and /)
})

describe('the secrets of the settings are', () => {
  const secretsIn = async (environment: Record<string, string>) => secretsOf(await readConfig(environment))

  test('the API key, each signing key, the API’s token, and the database’s password, encoded and decoded', async () => {
    const environment = {
      HELPCRUNCH_API_KEY: 'the-key',
      HELPCRUNCH_WEBHOOK_SIGNING_KEY: 'old-key, new-key',
      ADMIN_TOKEN: 'token-of-16-letters',
      DATABASE_URL: 'postgres://me:p%40ss@db/x',
    }
    expect(await secretsIn(environment)).toEqual([
      'the-key',
      'old-key',
      'new-key',
      'token-of-16-letters',
      'p%40ss',
      'p@ss',
    ])
  })

  test('only those that are set', async () => {
    expect(await secretsIn(KEYS)).toEqual(['k', 's'])
    expect(await secretsIn({ ACCOUNTS_FILE: './accounts.yaml' })).toEqual([])
  })

  test.for<[string, string[]]>([
    ['file:./me:secret@data.db?password=none', []],
    ['postgres://db:5432/x', []],
    ['postgres://me@db:5432/x', []],
    ['postgres://me:a:b@c@db:5432/x', ['a:b@c']],
    ['postgresql://:only@db/x', ['only']],
    ['postgres://me:100%@db/x', ['100%']],
    ['postgres://db/x?user=me&password=p%40ss&sslmode=require', ['p%40ss', 'p@ss']],
  ])('in %s: %o', async ([DATABASE_URL, passwords]) => {
    expect(await secretsIn({ ...KEYS, DATABASE_URL })).toEqual(['k', 's', ...passwords])
  })
})

describe('the documentation', () => {
  const names = Object.keys(configSchema.properties)
  const withDefault = Object.entries(configSchema.properties).flatMap(([name, property]) =>
    'default' in property ? [[name, `${property.default}`] as const] : [],
  )

  test('has every variable with its default, and no other, in the table of docs/reference.md', () => {
    const rows = Array.from(readFileSync('docs/reference.md', 'utf8').matchAll(/^\| `([A-Z_]+)` \| ([^|]*) \|/gm))
    expect(rows.map(([, name]) => name)).toEqual(names)
    const shown = new Map(rows.map(([, name, value = '']) => [name, value.trim()]))
    for (const [name, value] of withDefault) expect(shown.get(name)).toBe(`\`${value}\``)
  })

  test('has every variable, with its default, in .env.example', () => {
    const text = readFileSync('.env.example', 'utf8')
    const lines = Array.from(text.matchAll(/^(?:# )?([A-Z_]+)=(.*)$/gm))
    expect(lines.map(([, name]) => name)).toEqual(names)
    const shown = new Map(lines.map(([, name, value]) => [name, value]))
    for (const [name, value] of withDefault) expect(shown.get(name)).toBe(value)
  })
})
