import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

/** Whose contract each room may know; a few files at the root are everybody's. */
const MAY_KNOW: Record<string, readonly string[]> = {
  http: ['store'],
  store: [],
  dispatch: ['store', 'helpcrunch'],
  routing: [],
  roster: ['store', 'dispatch', 'helpcrunch'],
  reconcile: ['store', 'dispatch', 'helpcrunch'],
  helpcrunch: [],
  cluster: ['store'],
  accounts: [],
  demo: [],
  commands: ['store', 'routing', 'helpcrunch'],
}
const SHARED = new Set(['domain.ts', 'decision.ts', 'explain-chat.ts', 'backoff.ts', 'describe-outcome.ts'])
/** Programs of their own, with real time and settings, are not rooms of the service. */
const PROGRAMS = new Set(['demo', 'commands'])
/** The environment’s settings and the accounts file are read alike. */
const SHARED_WITH_ACCOUNTS = new Set(['config.ts', 'config-schema.ts'])
const SHARED_WITH_PROGRAMS = new Set([
  'accounts/read-accounts.ts',
  'accounts/schema.ts',
  'clock.ts',
  'config.ts',
  'policy-source.ts',
  'policy-sources.ts',
  'store/stores.ts',
  'store/moving/copy-database.ts',
  'helpcrunch/client.ts',
  'roster/read-roster.ts',
  'routing/file-schema.ts',
  'routing/review.ts',
])
/** Opens a desk as `account.ts` does, but in virtual time: it may know all rooms, and nobody knows it. */
const SECOND_COMPOSITION_ROOT = 'demo/virtual/'
const ITS_PROGRAM = 'demo/main.ts'

const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))
const read = (file: string) => readFileSync(join('src', file), 'utf8')

/** Why a room may not import this, or `null`. */
function objection(room: string, imported: string): string | null {
  if (PROGRAMS.has(room) && SHARED_WITH_PROGRAMS.has(imported)) return null
  if (room === 'accounts' && SHARED_WITH_ACCOUNTS.has(imported)) return null
  const [folder, ...rest] = imported.split('/')
  if (folder === undefined || rest.length === 0) {
    return SHARED.has(imported) ? null : `${imported} is not for rooms`
  }
  if (folder === room) return null
  if (MAY_KNOW[room]?.includes(folder) !== true) return `${room} does not know ${folder}`
  return rest.join('/') === 'contract.ts' ? null : `${room} knows only the contract of ${folder}`
}

/** Why a file of a room may not import this, or `null`. */
function objectionTo(file: string, imported: string): string | null {
  if (file.startsWith(SECOND_COMPOSITION_ROOT)) return null
  if (imported.startsWith(SECOND_COMPOSITION_ROOT) && file !== ITS_PROGRAM) return `${imported} is a program’s own`
  return objection(file.split('/')[0] ?? '', imported)
}

function importsOf(file: string): string[] {
  const found = read(file).matchAll(/(?:from|import\() ?'(\.[^']+)'/g)
  return Array.from(found, ([, path = '']) => join(file, '..', path))
}

describe('no import goes against the arrow', () => {
  const inRooms = files.filter((file) => file.includes('/'))
  test.for(inRooms)('%s', (file) => {
    const room = file.split('/')[0] ?? ''
    expect(Object.keys(MAY_KNOW)).toContain(room)
    expect(importsOf(file).flatMap((imported) => objectionTo(file, imported) ?? [])).toEqual([])
  })

  test('this test can fail', () => {
    expect(objection('store', 'http/server.ts')).toBe('store does not know http')
    expect(objection('dispatch', 'store/store.ts')).toBe('dispatch knows only the contract of store')
    expect(objection('routing', 'config.ts')).toBe('config.ts is not for rooms')
    expect(objection('http', 'store/contract.ts')).toBeNull()
    expect(objectionTo('demo/demo.ts', 'routing/route.ts')).toBe('demo does not know routing')
    expect(objectionTo('demo/demo.ts', 'demo/virtual/week.ts')).toBe('demo/virtual/week.ts is a program’s own')
    expect(objectionTo('demo/virtual/service.ts', 'routing/route.ts')).toBeNull()
    expect(importsOf('app.ts')).toContain('store/stores.ts')
  })
})

test('only the client knows got, only the lane knows p-queue, only the store knows its database', () => {
  const importersOf = (name: string) => files.filter((file) => new RegExp(`from '${name}(/[^']*)?'`).test(read(file)))
  expect(importersOf('got')).toEqual(['helpcrunch/client.ts'])
  expect(importersOf('p-queue')).toEqual(['dispatch/lane.ts'])
  expect(importersOf('kysely').every((file) => file.startsWith('store/'))).toBe(true)
  expect(importersOf('node:sqlite').every((file) => file.startsWith('store/'))).toBe(true)
  expect(importersOf('pg').every((file) => file.startsWith('store/'))).toBe(true)
})

test('no source file is longer than 200 lines', () => {
  expect(files.filter((file) => read(file).split('\n').length > 201)).toEqual([])
})

test('the environment and the exit are touched where a program begins, and nowhere else', () => {
  const touching = files.filter((file) => /\bprocess\.(env|exit|exitCode|on|argv)\b/.test(read(file)))
  expect(touching.toSorted()).toEqual([
    'commands/agents.ts',
    'commands/check-config.ts',
    'commands/dead-letters.ts',
    'commands/run-command.ts',
    'commands/why.ts',
    'demo/main.ts',
    'demo/service-process.ts',
    'main.ts',
    'service.ts',
  ])
})
