import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

/** The folders whose contract each folder ("room") may import, besides the types at the root. */
const MAY_KNOW: Record<string, readonly string[]> = {
  http: ['store', 'core', 'web'],
  web: [],
  core: [],
  routing: [],
  store: ['core'],
  dispatch: ['store', 'core', 'helpcrunch', 'rate-limit'],
  'rate-limit': ['store', 'helpcrunch'],
  sync: ['store', 'core', 'helpcrunch', 'rate-limit'],
  helpcrunch: [],
  cluster: ['store'],
  config: ['routing'],
  plugins: ['routing'],
  commands: ['store', 'core', 'routing', 'helpcrunch', 'plugins'],
}
const SHARED = new Set(['domain.ts', 'decision.ts'])
/** Files that others may import beside a room's contract. */
const OPEN_FILES = new Set([
  'core/describe-history.ts',
  'core/inputs.ts',
  'core/records.ts',
  'helpcrunch/describe-outcome.ts',
  'rate-limit/backoff.ts',
  'routing/policy.ts',
  'routing/read-file.ts',
  'routing/settings.ts',
  'store/reports/contract.ts',
  'store/reports/shapes.ts',
  'web/page-routes.ts',
])
/** Command line tools are programs of their own, with real time and settings. */
const PROGRAMS = new Set(['commands'])
const SHARED_WITH_PROGRAMS = new Set([
  'clock.ts',
  'config/accounts/read-accounts.ts',
  'config/accounts/schema.ts',
  'config/config.ts',
  'config/outgoing-proxy.ts',
  'config/policy-sources.ts',
  'config/read-policy.ts',
  'store/stores.ts',
  'store/copy-to-postgres/copy-database.ts',
  'store/engines/sqlite-backup.ts',
  'helpcrunch/client.ts',
  'helpcrunch/customer.ts',
  'plugins/load-rules.ts',
  'sync/read-roster.ts',
  'routing/bots.ts',
  'routing/describe-settings.ts',
  'routing/file-schema.ts',
  'routing/review.ts',
])
/** It may import from all folders, and only the entry of the process imports from it. */
const COMPOSITION_ROOT = 'app'
/** No I/O, no database, no clock, nothing asynchronous: the same inputs give the same result. */
const PURE = new Set(['core', 'routing'])

const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))
const read = (file: string) => readFileSync(join('src', file), 'utf8')

/** The reason why a room may not import this, or `null`. */
function objection(room: string, imported: string): string | null {
  if (PROGRAMS.has(room) && SHARED_WITH_PROGRAMS.has(imported)) return null
  if (OPEN_FILES.has(imported)) return null
  const [folder, ...rest] = imported.split('/')
  if (folder === undefined || rest.length === 0) {
    return SHARED.has(imported) ? null : `${imported} is not for rooms`
  }
  if (folder === room) return null
  if (MAY_KNOW[room]?.includes(folder) !== true) return `${room} does not know ${folder}`
  if (room === 'store' && folder === 'core') return null
  return rest.join('/') === 'contract.ts' ? null : `${room} knows only the contract of ${folder}`
}

/** The reason why a file of a room may not import this, or `null`. */
function objectionTo(file: string, imported: string): string | null {
  const room = file.split('/')[0] ?? ''
  return room === COMPOSITION_ROOT ? null : objection(room, imported)
}

function importsOf(file: string): string[] {
  const found = read(file).matchAll(/(?:from|import\() ?'(\.[^']+)'/g)
  return Array.from(found, ([, path = '']) => join(file, '..', path))
}

describe('each file imports only what its folder may know', () => {
  const inRooms = files.filter((file) => file.includes('/'))
  test.for(inRooms)('%s', (file) => {
    const room = file.split('/')[0] ?? ''
    expect([COMPOSITION_ROOT, ...Object.keys(MAY_KNOW)]).toContain(room)
    expect(importsOf(file).flatMap((imported) => objectionTo(file, imported) ?? [])).toEqual([])
  })

  test('this test can fail', () => {
    expect(objection('store', 'http/server.ts')).toBe('store does not know http')
    expect(objection('dispatch', 'store/store.ts')).toBe('dispatch knows only the contract of store')
    expect(objection('routing', 'clock.ts')).toBe('clock.ts is not for rooms')
    expect(objection('http', 'store/contract.ts')).toBeNull()
    expect(objection('core', 'store/contract.ts')).toBe('core does not know store')
    expect(objectionTo('app/app.ts', 'store/stores.ts')).toBeNull()
    expect(importsOf('app/app.ts')).toContain('store/stores.ts')
  })
})

test('only the client imports got, only the lane p-queue, and only the store its database', () => {
  const importersOf = (name: string) => files.filter((file) => new RegExp(`from '${name}(/[^']*)?'`).test(read(file)))
  expect(importersOf('got')).toEqual(['helpcrunch/client.ts'])
  expect(importersOf('p-queue')).toEqual(['rate-limit/lane.ts'])
  expect(importersOf('kysely').every((file) => file.startsWith('store/'))).toBe(true)
  expect(importersOf('node:sqlite').every((file) => file.startsWith('store/'))).toBe(true)
  expect(importersOf('pg').every((file) => file.startsWith('store/'))).toBe(true)
})

test('no source file is longer than 200 lines', () => {
  expect(files.filter((file) => read(file).split('\n').length > 201)).toEqual([])
})

test('only the entries of programs use the environment and the exit', () => {
  const touching = files.filter((file) => /\bprocess\.(env|exit|exitCode|on|argv)\b/.test(read(file)))
  expect(touching.toSorted()).toEqual([
    'app/run.ts',
    'commands/agents.ts',
    'commands/backup.ts',
    'commands/check-config.ts',
    'commands/dead-letters.ts',
    'commands/health-check.ts',
    'commands/run-command.ts',
    'commands/why.ts',
    'main.ts',
    'plugins/child.ts',
  ])
})

describe('pure folders stay pure', () => {
  const impure =
    /\basync\b|\bawait\b|\bPromise\b|Date\.now|performance\.now|Math\.random|setTimeout|from '(kysely|pg|p-queue|got|pino|fastify|node:(?!crypto))/
  const objectionsIn = (text: string) =>
    text.split('\n').filter((line) => impure.test(line.replace(/^\s*(\*|\/\/).*/, '')))
  const pure = files.filter((file) => PURE.has(file.split('/')[0] ?? ''))

  test.for(pure)('%s', (file) => {
    expect(objectionsIn(read(file))).toEqual([])
  })

  test('this test can fail', () => {
    expect(objectionsIn('export async function load() {')).toHaveLength(1)
    expect(objectionsIn("import { sql } from 'kysely'")).toHaveLength(1)
    expect(objectionsIn('const now = Date.now()')).toHaveLength(1)
  })
})
