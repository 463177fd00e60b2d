import { spawn, type ChildProcess } from 'node:child_process'
import { expect, test } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { openStores } from '../../src/store/stores.ts'
import { makeSource } from '../support/moving.ts'
import { connect, createDatabase } from '../support/postgres.ts'
import { eventually, openWorld } from '../support/world.ts'

interface Run {
  readonly child: ChildProcess
  /** What it has written up to now. */
  readonly output: { stdout: string; stderr: string }
  readonly ended: Promise<{ code: number | null; stdout: string; stderr: string }>
}

function run(args: readonly string[], env: Record<string, string> = {}): Run {
  const child = spawn(process.execPath, ['src/commands/migrate-store.ts', ...args], {
    env: { PATH: process.env.PATH ?? '', ...env },
  })
  const output = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk: Buffer) => (output.stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (output.stderr += chunk.toString()))
  const ended = new Promise<Awaited<Run['ended']>>((resolve) => {
    child.once('close', (code) => resolve({ code, ...output }))
  })
  return { child, output, ended }
}

test('the move to PostgreSQL is refused while the service runs; afterwards it goes on there', async () => {
  const world = await openWorld()
  const to = await createDatabase()
  const address = new URL(to)
  const { password } = address
  address.password = ''
  const move = () => run(['--from', world.env.DATABASE_URL ?? '', '--to', address.href], { PGPASSWORD: password }).ended
  await world.start()
  const chat = world.account.openChat(null)
  await eventually(() => expect(world.log.some(({ msg }) => msg === 'assignment settled')).toBe(true))

  const early = await move()
  expect(early).toMatchObject({ code: 1, stdout: '' })
  expect(early.stderr).toMatch(/^--from: a service has .*test\.db open; stop it, .*\n$/)

  // Its last rows are in the write-ahead log alone.
  await world.kill()
  const missed = world.account.openChat(null)
  const moved = await move()
  expect(moved).toMatchObject({ code: 0, stderr: '' })
  expect(moved.stdout).toMatch(
    /^default: department .*\ndefault: chat {2}1 rows, .*Start the service with DATABASE_URL/s,
  )

  await world.start({ DATABASE_URL: to })
  const next = world.account.openChat(null)
  await eventually(() => expect([missed.assigneeId, next.assigneeId]).not.toContain(null))
  const beside = await move()
  expect(beside.code).toBe(1)
  expect(beside.stderr).toMatch(/^--to: an instance of this service runs on this database; stop it, .*\n$/)

  await world.stop()
  const late = await move()
  expect(late.code).toBe(1)
  expect(late.stderr).toMatch(
    /^account "default" was not moved: the service has worked for it in PostgreSQL since, .*\n$/,
  )
  for (const { stdout, stderr } of [early, moved, beside, late]) expect(stdout + stderr).not.toContain(password)
  await using stores = await openStores(to, systemClock, 'beside a service')
  const history = await (await stores.find('default'))?.explain(chat.id as never)
  expect(history?.assignments).toMatchObject([{ state: 'assigned', agentId: chat.assigneeId }])
})

test('a move that is killed in the middle leaves nothing, and can be run again', async () => {
  const { url: from } = await makeSource()
  const to = await createDatabase()
  await (await openStores(to, systemClock)).close()
  const client = await connect(to)
  // The move gets as far as this row, and waits for its transaction.
  await client.query('begin')
  await client.query(
    `insert into decision (id, account_id, chat_id, assignment_id, decided_at, data) values (1, 99, 1, 1, 1, '')`,
  )
  const interrupted = run(['--from', from, '--to', to])
  await eventually(() => expect(interrupted.output.stdout).toContain('default: assignment'))
  interrupted.child.kill('SIGKILL')
  expect((await interrupted.ended).code).toBeNull()
  await client.query('rollback')
  const counts = 'select (select count(*) from account) as accounts, (select count(*) from event) as events'
  expect((await client.query(counts)).rows).toEqual([{ accounts: '0', events: '0' }])

  const { code, stdout, stderr } = await run(['--from', from, '--to', to, '--account', 'acme']).ended
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toContain('acme: moved, all rows were counted\n')
  expect(stdout).not.toContain(new URL(to).password)
  expect((await client.query(counts)).rows).toEqual([{ accounts: '1', events: '14' }])
})

test.for<[string, string[], RegExp]>([
  ['no address', ['--from', 'file:x.db'], /^--from file:… and --to postgres:\/\/… are needed/],
  ['an unknown option', ['--force'], /^Unknown option '--force'/],
  [
    'a name that no account can have',
    ['--from', 'file:x', '--to', 'y', '--account', 'A B'],
    /^--account is "A B"; it should be/,
  ],
  [
    'a file that is missing',
    ['--from', 'file:./none.db', '--to', 'postgres://x'],
    /^--from: there is no database at .*none\.db\n$/,
  ],
])('%s: one line, and exit code 1', async ([, args, line]) => {
  const { code, stdout, stderr } = await run(args).ended
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toMatch(line)
  expect(stderr.trim().split('\n')).toHaveLength(1)
})
