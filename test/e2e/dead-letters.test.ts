import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { failing, onAssign } from '../../demo/moods.ts'
import { eventually, openWorld, type World } from '../support/world.ts'

const execute = promisify(execFile)
const TEN_MINUTES_AHEAD = fileURLToPath(new URL('../support/ten-minutes-ahead.ts', import.meta.url))

async function run(world: World, ...args: string[]): Promise<string> {
  const env = { ...process.env, DATABASE_URL: world.env.DATABASE_URL }
  const done = await execute('npm', ['run', '--silent', 'dead-letters', '--', ...args], { env }).catch(
    (error: unknown) => error as { stdout: string; stderr: string },
  )
  // Node says so where there is no .env, as in a fresh checkout.
  return done.stdout + done.stderr.replace(/^\.env not found.*\n/, '')
}

test('beside the running service dead letters are listed, shown and replayed', async () => {
  const world = await openWorld({ env: { MAX_ATTEMPTS: '1' } })
  await world.start()
  expect(await run(world)).toBe('no dead letters\n')
  expect(await run(world, 'replay', 'all')).toBe('no dead letters\n')
  world.standIn.setTemper(onAssign(failing(500)))
  const chats = [world.account.openChat(null), world.account.openChat(null)]
  await eventually(() => expect(world.log.filter(({ state }) => state === 'dead')).toHaveLength(2))

  const list = await run(world, 'list')
  expect(list).toMatch(/^2 {2}chat 1002 {2}dead .*1 attempts, the last: HTTP 500\n1 {2}chat 1001 {2}dead /)
  expect(await run(world, 'show', '1')).toMatch(/last decision: Agent 1 \(1\).*\n.*agent 1 {2}HTTP 500\n$/)
  expect(await run(world, 'show', '77')).toMatch(/^there is no dead letter "77"/)
  expect(await run(world, 'show', 'all')).toMatch(/^there is no dead letter "all"/)
  expect(await run(world, 'burn')).toMatch(/^"burn" is not a command/)
  expect(await run(world, '--burn')).toMatch(/^Unknown option '--burn'[^\n]*\n$/)

  world.standIn.setTemper(() => null)
  expect(await run(world, 'replay', 'all')).toBe('2  chat 1002: replayed\n1  chat 1001: replayed\n')
  await eventually(() => expect(chats.every(({ assigneeId }) => assigneeId !== null)).toBe(true))
  expect(await run(world)).toBe('no dead letters\n')
})

test('without a database the command says so', async () => {
  expect(await run(await openWorld())).toMatch(/^DATABASE_URL: there is no database at .*; start the service first\n$/)
})

test('a replay from a machine whose clock is ten minutes ahead takes the database’s time', async () => {
  const world = await openWorld({ env: { MAX_ATTEMPTS: '1' } })
  await world.start()
  world.standIn.setTemper(onAssign(failing(500)))
  const chat = world.account.openChat(null)
  await eventually(() => expect(world.log.some(({ state }) => state === 'dead')).toBe(true))
  world.standIn.setTemper(() => null)
  const env = { ...process.env, DATABASE_URL: world.env.DATABASE_URL }
  const command = [`--import=${TEN_MINUTES_AHEAD}`, 'src/commands/dead-letters.ts', 'replay', 'all']
  expect((await execute(process.execPath, command, { env })).stdout).toBe('1  chat 1001: replayed\n')
  await eventually(() => expect(chat.assigneeId).not.toBeNull())
  await world.stop()
  const database = new DatabaseSync(join(world.directory, 'test.db'), { readOnly: true })
  const opened = database.prepare('select max(opened_at) as at from assignment').get()
  database.close()
  expect(Number(opened?.at)).toBeLessThanOrEqual(Date.now())
})
