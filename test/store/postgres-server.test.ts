import { access } from 'node:fs/promises'
import { Client } from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { startEmbeddedPostgres } from '../support/embedded-postgres.ts'
import { createDatabase } from '../support/postgres.ts'
import { eventually } from '../support/world.ts'

async function connect(url: string): Promise<Client> {
  const client = new Client(url)
  // A server that ends breaks its connections.
  client.on('error', () => undefined)
  await client.connect()
  onTestFinished(() => client.end())
  return client
}

async function startServer() {
  const server = await startEmbeddedPostgres()
  onTestFinished(server.stop)
  return server
}

test('every test has an empty database of its own, on PostgreSQL 18', async () => {
  const one = await connect(await createDatabase())
  const other = await connect(await createDatabase())
  await one.query('create table note (body text)')
  await expect(other.query('select * from note')).rejects.toThrow('relation "note" does not exist')
  expect((await one.query('show server_version')).rows).toEqual([{ server_version: expect.stringMatching(/^18\./) }])
})

test('after a restart, fast or immediate, the data is at the same place', async () => {
  const server = await startServer()
  const { url } = server
  await (await connect(url)).query('create table note as select 1 as n')
  for (const mode of ['fast', 'immediate'] as const) {
    const { pid } = server
    const before = await connect(url)
    await server.restart(mode)
    expect(server.pid).not.toBe(pid)
    await expect(before.query('select n from note')).rejects.toThrow(/./)
    expect((await (await connect(url)).query('select n from note')).rows).toEqual([{ n: 1 }])
  }
})

test('while a server is paused it answers nothing, neither on old connections nor on new ones', async () => {
  const server = await startServer()
  const old = await connect(server.url)
  await server.pause()
  let answers = 0
  const asked = [old.query('select 1'), connect(server.url)].map((answer) => answer.then(() => (answers += 1)))
  // This server would have answered by the time that another one has done much more.
  await connect(await createDatabase())
  expect(answers).toBe(0)
  server.resume()
  await Promise.all(asked)
  expect(answers).toBe(2)
})

test('a server that was stopped, even while paused, leaves nothing', async () => {
  const server = await startEmbeddedPostgres()
  const client = await connect(server.url)
  const { rows } = await client.query<{ pid: number }>('select pid from pg_stat_activity')
  expect(rows.length).toBeGreaterThan(1)
  await server.pause()
  await server.stop()
  await expect(access(server.directory)).rejects.toThrow('ENOENT')
  await eventually(() => {
    for (const pid of [server.pid, ...rows.map((row) => row.pid)]) expect(() => process.kill(pid, 0)).toThrow('ESRCH')
  })
})
