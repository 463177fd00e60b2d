import { spawn } from 'node:child_process'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { openWorld } from '../support/world.ts'

/** Runs `src/main.ts` to its end. */
async function run(env: Record<string, string>): Promise<{ code: number | null; stderr: string; stdout: string }> {
  const child = spawn(process.execPath, ['src/main.ts'], { env: { PATH: process.env.PATH ?? '', ...env } })
  let stderr = ''
  let stdout = ''
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
  const code = await new Promise<number | null>((resolve) => void child.once('close', resolve))
  return { code, stderr, stdout }
}

async function makeDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'autoassign-start-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  return directory
}

const KEYS = {
  HELPCRUNCH_API_KEY: 'secret-key-123',
  HELPCRUNCH_WEBHOOK_SIGNING_KEY: 'secret-signing-123',
  HOST: '127.0.0.1',
}

test.for<[string, Record<string, string>, RegExp]>([
  ['a missing key', { HELPCRUNCH_WEBHOOK_SIGNING_KEY: 's' }, /^HELPCRUNCH_API_KEY is not set; it should be /],
  [
    'an empty signing key',
    { HELPCRUNCH_API_KEY: 'k', HELPCRUNCH_WEBHOOK_SIGNING_KEY: '' },
    /^HELPCRUNCH_WEBHOOK_SIGNING_KEY is not set/,
  ],
  ['a port that is no number', { ...KEYS, PORT: 'abc' }, /^PORT is "abc"; it should be a port number/],
  [
    'a database of another kind',
    { ...KEYS, DATABASE_URL: 'mysql://x' },
    /^DATABASE_URL is "mysql:\/\/x"; it should be file:/,
  ],
  [
    'an unknown rule',
    { ...KEYS, ROUTING_RULES: 'load,magic' },
    /^ROUTING_RULES: "magic" is not a rule; known rules: department, skills, available, present, /,
  ],
  [
    'a repeated rule',
    { ...KEYS, ROUTING_RULES: 'load,load' },
    /^ROUTING_RULES: "load" stands there twice; known rules: /,
  ],
  [
    'a key with a line break in it',
    { ...KEYS, HELPCRUNCH_API_KEY: 'secret-key\n123' },
    /^HELPCRUNCH_API_KEY is not usable; /,
  ],
])('%s stops the start with exit code 1 and one line', async ([, env, line]) => {
  const { code, stderr, stdout } = await run(env)
  expect(code).toBe(1)
  expect(stderr).toMatch(line)
  expect(stderr.trim().split('\n')).toHaveLength(1)
  expect(stderr + stdout).not.toContain('secret')
})

test.for<[string, Record<string, string>, RegExp]>([
  ['an invalid address', { HELPCRUNCH_API_URL: 'http://:x' }, /^HELPCRUNCH_API_URL is "http:..:x"; it should be /],
  ['an unknown host', { HOST: 'nope.invalid', PORT: '0' }, /^HOST or PORT: .*nope\.invalid/],
  ['a path that cannot be made', { DATABASE_URL: 'file:/proc/x/y.db' }, /^DATABASE_URL: cannot open .*y\.db: ENOENT/],
])('%s stops the start, too', async ([, env, line]) => {
  const { code, stderr } = await run({ ...KEYS, DATABASE_URL: `file:${await makeDirectory()}/x.db`, ...env })
  expect(code).toBe(1)
  expect(stderr).toMatch(line)
  expect(stderr.trim().split('\n')).toHaveLength(1)
})

test('a database that cannot be written to stops the start', async () => {
  const directory = await makeDirectory()
  // A file where a directory should be stops every user, root too.
  await writeFile(join(directory, 'file'), '')
  const { code, stderr } = await run({ ...KEYS, DATABASE_URL: `file:${directory}/file/x.db`, PORT: '0' })
  expect(code).toBe(1)
  expect(stderr).toMatch(/^DATABASE_URL: cannot open .*unable to open database file/)
  expect(stderr.trim().split('\n')).toHaveLength(1)
})

test.skipIf(process.getuid?.() === 0)(
  'a directory without write permission stops the start (root may write anywhere)',
  async () => {
    const directory = await makeDirectory()
    await mkdir(join(directory, 'locked'))
    await chmod(join(directory, 'locked'), 0o500)
    const { code, stderr } = await run({ ...KEYS, DATABASE_URL: `file:${directory}/locked/x.db`, PORT: '0' })
    expect(code).toBe(1)
    expect(stderr).toMatch(/^DATABASE_URL: cannot open /)
  },
)

test('a port in use stops the start', async () => {
  const server = createServer()
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  const { code, stderr } = await run({
    ...KEYS,
    PORT: String(port),
    DATABASE_URL: `file:${await makeDirectory()}/x.db`,
  })
  expect(code).toBe(1)
  expect(stderr).toMatch(/^PORT: .*EADDRINUSE.*another program listens there/)
  expect(stderr.trim().split('\n')).toHaveLength(1)
})

test('a second service on the same database stops, and leaves the first one alone', async () => {
  const world = await openWorld()
  await world.start()
  const { code, stderr } = await run({ ...world.env, PORT: '0' })
  expect(code).toBe(1)
  expect(stderr).toMatch(
    /^DATABASE_URL: another instance of this service has .*test\.db open; stop it, or name another file\n$/,
  )
  expect((await world.get('/readyz')).status).toBe(200)
})

test('the database of another program is not touched', async () => {
  const path = join(await makeDirectory(), 'theirs.db')
  const theirs = new DatabaseSync(path)
  theirs.exec('create table theirs (x)')
  theirs.close()
  const { code, stderr } = await run({ ...KEYS, PORT: '0', DATABASE_URL: `file:${path}` })
  expect(code).toBe(1)
  expect(stderr).toMatch(/is the database of another program/)
})

test('a file that is no database stops the start', async () => {
  const path = join(await makeDirectory(), 'garbage.db')
  await writeFile(path, 'x'.repeat(10_000))
  const { code, stderr } = await run({ ...KEYS, PORT: '0', DATABASE_URL: `file:${path}` })
  expect(code).toBe(1)
  expect(stderr).toMatch(/file is not a database/)
})

test('a database of a newer version stops the start only where its changes are incompatible', async () => {
  const world = await openWorld()
  await world.start()
  await world.stop()
  const database = new DatabaseSync(join(world.directory, 'test.db'))
  database.exec("insert into kysely_migration values ('998-later', '2030-01-01')")
  await world.start()
  expect(world.log.some(({ msg }) => /migrated by a newer version .*\(998-later\); this one goes on/.test(msg))).toBe(
    true,
  )
  await world.stop()
  database.exec("insert into kysely_migration values ('999-later-breaking', '2030-01-01')")
  database.close()
  const { code, stderr } = await run(world.env)
  expect(code).toBe(1)
  expect(stderr).toMatch(/migrated by a newer version of this service \(998-later, 999-later-breaking\)/)
})
