import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { ConfigError, configSchema, readConfig } from '../src/config.ts'

const KEYS = { HELPCRUNCH_API_KEY: 'k', HELPCRUNCH_WEBHOOK_SIGNING_KEY: 's' }

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
    SHUTDOWN_TIMEOUT_MS: 10_000,
  })
})

test('numbers and switches arrive as what they are, blanks count as not set, and other variables are left out', async () => {
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

describe('a wrong value is named with what it should be', () => {
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
    ['SHUTDOWN_TIMEOUT_MS', 'NaN'],
  ])('%s=%s', async ([name, value]) => {
    const failure = await readConfig({ ...KEYS, [name]: value }).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(ConfigError)
    expect((failure as Error).message).toMatch(new RegExp(`^${name} is "${value}"; it should be .+$`))
  })

  test('but never a secret’s value', async () => {
    const failure = await readConfig({ ...KEYS, HELPCRUNCH_WEBHOOK_SIGNING_KEY: ',secret' }).catch(
      (error: unknown) => error,
    )
    expect((failure as Error).message).toMatch(/^HELPCRUNCH_WEBHOOK_SIGNING_KEY is not usable; /)
    expect((failure as Error).message).not.toContain('secret')
  })
})

describe('what is written for people', () => {
  const names = Object.keys(configSchema.properties)
  const withDefault = Object.entries(configSchema.properties).flatMap(([name, property]) =>
    'default' in property ? [[name, `${property.default}`] as const] : [],
  )

  test('the README’s table has every variable with its default, and no other', () => {
    const rows = Array.from(readFileSync('README.md', 'utf8').matchAll(/^\| `([A-Z_]+)` \| ([^|]*) \|/gm))
    expect(rows.map(([, name]) => name)).toEqual(names)
    const shown = new Map(rows.map(([, name, value = '']) => [name, value.trim()]))
    for (const [name, value] of withDefault) expect(shown.get(name)).toBe(`\`${value}\``)
  })

  test('.env.example has every variable, with its default', () => {
    const text = readFileSync('.env.example', 'utf8')
    const lines = Array.from(text.matchAll(/^(?:# )?([A-Z_]+)=(.*)$/gm))
    expect(lines.map(([, name]) => name)).toEqual(names)
    const shown = new Map(lines.map(([, name, value]) => [name, value]))
    for (const [name, value] of withDefault) expect(shown.get(name)).toBe(value)
  })
})
