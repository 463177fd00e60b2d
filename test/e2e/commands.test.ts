import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { eventually, openWorld, type World } from '../support/world.ts'

const execute = promisify(execFile)

/** What a command writes, and its exit code. */
async function run(world: Pick<World, 'env'>, command: string, ...args: string[]) {
  const done = await execute(process.execPath, [`src/commands/${command}.ts`, ...args], {
    env: { PATH: process.env.PATH, ...world.env },
  }).then(
    ({ stdout }) => ({ code: 0, text: stdout }),
    (error: unknown) => {
      const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string }
      return { code, text: stdout + stderr }
    },
  )
  return done
}

describe('arguments that would be ignored are refused', () => {
  test.for([
    ['agents', ['pause', '1', '2'], '"2" is one argument too many'],
    ['agents', ['pause'], 'name the agent to pause'],
    ['agents', ['resume', '1', '--until', '14:00'], '--until belongs to pause'],
    ['agents', ['list', '1'], 'list shows all agents'],
    ['why', ['1', '2'], '"2" is one argument too many'],
    ['check-config', ['foo'], '"foo" is one argument too many'],
    ['dead-letters', ['list', '3'], 'there is show 3'],
    ['migrate-store', ['foo'], '"foo" is one argument too many'],
  ] as const)('%s %j', async ([command, args, message]) => {
    const { code, text } = await run({ env: { HELPCRUNCH_API_KEY: 'k' } }, command, ...args)
    expect(code).toBe(1)
    expect(text).toContain(message)
    expect(text).not.toContain('    at ')
  })
})

test('an agent is paused by name until a time in the routing file’s zone, which the output repeats', async () => {
  const world = await openWorld()
  const path = join(world.directory, 'routing.yaml')
  await writeFile(
    path,
    'shift: s\nshifts: { s: { zone: Asia/Tokyo, hours: [{ days: [mon,tue,wed,thu,fri,sat,sun], from: "00:00", to: "24:00" }] } }',
  )
  world.env.ROUTING_FILE = path
  await world.start()
  const { code, text } = await run(world, 'agents', 'pause', 'agent 2', '--until', '2099-01-01T09:00')
  expect(text).toBe('agent 2 (Agent 2) paused until 2099-01-01 09:00 Asia/Tokyo (2099-01-01T00:00:00.000Z)\n')
  expect(code).toBe(0)
  expect((await run(world, 'agents')).text).toContain('paused until 2099-01-01T00:00:00.000Z')
  expect((await run(world, 'agents', 'resume', 'Agent 2')).text).toBe('agent 2 (Agent 2) resumed\n')
})

test('a command whose output is closed ends without an error', async () => {
  const child = spawn(process.execPath, ['src/commands/check-config.ts', '--schema'], {
    env: { PATH: process.env.PATH },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  // Closed before anything is written: the first write meets EPIPE.
  child.stdout.destroy()
  let complaint = ''
  child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()))
  expect(await once(child, 'close')).toEqual([0, null])
  expect(complaint).toBe('')
})

describe('a backup', () => {
  test('is made beside the running service, again and again, and holds what was stored', async () => {
    const world = await openWorld()
    await world.start()
    const target = join(world.directory, 'backup.db')
    for (const count of [1, 2]) {
      world.account.openChat(null)
      await eventually(() => expect(world.assigned()).toHaveLength(count))
      const { code, text } = await run(world, 'backup', target)
      expect(text).toMatch(/backup\.db: \d+ bytes, every page was read\n$/)
      expect(code).toBe(0)
      using backup = new DatabaseSync(target, { readOnly: true })
      expect(backup.prepare('select count(*) as n from chat').get()?.n).toBe(count)
    }
    expect(existsSync(`${target}.part`)).toBe(false)
  })

  test('never replaces a file that is not a backup', async () => {
    const world = await openWorld()
    await world.start()
    const target = join(world.directory, 'letter.txt')
    await writeFile(target, 'dear Ann')
    const { code, text } = await run(world, 'backup', target)
    expect(text).toMatch(/letter\.txt is no backup of this service; name another file, or remove that one\n$/)
    expect(code).toBe(1)
  })

  test('of a missing database, or of PostgreSQL, ends with what to do', async () => {
    const nowhere = await run({ env: { DATABASE_URL: 'file:/nowhere/x.db' } }, 'backup', 'b.db')
    expect(nowhere.text).toBe('DATABASE_URL: there is no database at /nowhere/x.db\n')
    const postgres = await run({ env: { DATABASE_URL: 'postgres://db/x' } }, 'backup', 'b.db')
    expect(postgres.text).toContain('back it up with pg_dump')
  })
})

test('an installation with an older Node names the version that is needed, and does not fail', async () => {
  const older = `data:text/javascript,${encodeURIComponent(`Object.defineProperty(process.versions, 'node', { value: '20.20.2' })`)}`
  const { stderr } = await execute(process.execPath, ['--import', older, 'scripts/warm-up.mjs'])
  expect(stderr).toMatch(/^Node .* cannot run this service: install Node 26 or newer, or leave out --omit=dev\n$/)
})
