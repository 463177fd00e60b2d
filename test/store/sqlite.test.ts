import { mkdtemp, open as openFile, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Kysely, sql, type Dialect } from 'kysely'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { StoreUnavailable } from '../../src/store/contract.ts'
import { openSqlite } from '../../src/store/engines/sqlite.ts'
import { agentId, chatId, snapshotEvent } from '../support/events.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { decisionFor } from '../support/people.ts'
import type { ChatPolicy } from '../../src/decision.ts'
import { openTestStore } from '../support/store.ts'
import { storeContract } from './store.contract.ts'

async function open(policy?: () => ChatPolicy) {
  const directory = await mkdtemp(join(tmpdir(), 'autoassign-store-'))
  const path = join(directory, 'test.db')
  const clock = createManualClock()
  let { store, stores } = await openTestStore(`file:${path}`, clock, policy)
  onTestFinished(async () => {
    await stores.close()
    await rm(directory, { recursive: true, force: true })
  })
  async function reopen() {
    await stores.close()
    ;({ store, stores } = await openTestStore(`file:${path}`, clock, policy))
    return store
  }
  return { store, stores, clock, reopen, path }
}

describe('the store on SQLite', () => {
  storeContract(open)
})

test('a commit is on the disk before it is answered: WAL, synchronous FULL', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'autoassign-store-'))
  const engine = await openSqlite(`file:${join(directory, 'test.db')}`, createManualClock(), 'the service')
  const db = new Kysely({ dialect: engine.dialect })
  expect((await sql`pragma journal_mode`.execute(db)).rows).toEqual([{ journal_mode: 'wal' }])
  expect((await sql`pragma synchronous`.execute(db)).rows).toEqual([{ synchronous: 2 }])
  await db.destroy()
  await engine.close()
  await rm(directory, { recursive: true })
})

test('a report that takes long holds up no commit, and changes nothing', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'autoassign-store-'))
  const engine = await openSqlite(`file:${join(directory, 'test.db')}`, createManualClock(), 'the service')
  const db = new Kysely({ dialect: engine.dialect })
  const reports = new Kysely({ dialect: engine.reportDialect as Dialect })
  await sql`create table chat (id integer)`.execute(db)
  expect((await sql`select id from chat`.execute(reports)).rows).toEqual([])

  const ended: string[] = []
  const count = sql`with recursive n(i) as (select 1 union all select i + 1 from n where i < 3000000) select max(i) from n`
  const report = count.execute(reports).then(() => ended.push('report'))
  await sql`insert into chat values (1)`.execute(db).then(() => ended.push('commit'))
  await report
  expect(ended).toEqual(['commit', 'report'])
  expect((await sql`select id from chat`.execute(reports)).rows).toEqual([{ id: 1 }])
  await expect(sql`delete from chat`.execute(reports)).rejects.toThrow('attempt to write a readonly database')
  await Promise.all([db.destroy(), reports.destroy()])
  await engine.close()
  await rm(directory, { recursive: true })
})

test('an accepted webhook can be read by other programs at once', async () => {
  const { path, store } = await open()
  await store.receive(snapshotEvent('chat.new', 1, Date.now()))
  const reader = new DatabaseSync(path, { readOnly: true })
  expect(reader.prepare('select count(*) as n from event').get()).toEqual({ n: 1 })
  reader.close()
})

test('nothing is acknowledged while another program has locked the database, and all is well afterwards', async () => {
  const { path, store, stores } = await open()
  const other = new DatabaseSync(path)
  other.exec('begin immediate')
  const event = snapshotEvent('chat.new', 1, Date.now())
  await expect(store.receive(event)).rejects.toThrow(StoreUnavailable)
  await expect(stores.check()).rejects.toThrow('the database refused: database is locked')
  other.exec('rollback')
  other.close()
  await stores.check()
  expect(await store.receive(event)).toBe('accepted')
})

test.for([
  ['at the same moment', 0],
  ['while the first is being written', 10],
] as const)('a duplicate that comes %s is not acknowledged unless the first is on the disk', async ([, laterTurns]) => {
  const { path, store } = await open()
  await store.drain()
  const other = new DatabaseSync(path)
  other.exec('begin immediate')
  const event = snapshotEvent('chat.new', 1, Date.now())
  const first = store.receive(event).catch((error: unknown) => error)
  // Its commit is under way within two turns of the event loop, and waits for the lock.
  for (let turn = 0; turn < laterTurns; turn += 1) await new Promise((resolve) => void setImmediate(resolve))
  const second = store.receive(event).catch((error: unknown) => error)
  expect(await Promise.all([first, second])).toEqual([expect.any(StoreUnavailable), expect.any(StoreUnavailable)])
  other.exec('rollback')
  other.close()
  expect(await store.receive(event)).toBe('accepted')
})

test('a damaged page is found within seconds, and from then on nothing is acknowledged', async () => {
  const { path, store, stores, clock } = await open()
  for (let id = 1; id <= 300; id += 1) await store.receive(snapshotEvent('chat.new', id, Date.now()))
  const reader = new DatabaseSync(path)
  reader.exec('pragma wal_checkpoint(truncate)')
  reader.close()
  const file = await openFile(path, 'r+')
  const { size } = await file.stat()
  for (let at = 4096 * 4; at < size; at += 4096 * 3) await file.write(Buffer.alloc(4096, 0xaa), 0, 4096, at)
  await file.close()
  clock.advance(5000)
  await vi.waitFor(async () => expect(stores.check()).rejects.toThrow(/is damaged .*docs\/database.md/), {
    timeout: 5000,
  })
  await expect(store.receive(snapshotEvent('chat.new', 999, Date.now()))).rejects.toThrow(StoreUnavailable)
})

test('a sound database is left alone', async () => {
  const { store, stores, clock } = await open()
  await store.receive(snapshotEvent('chat.new', 1, Date.now()))
  for (let day = 0; day < 3; day += 1) {
    clock.advance(86_400_000)
    await new Promise((resolve) => void setImmediate(resolve))
  }
  await expect(stores.check()).resolves.toBeUndefined()
})

test('a step that fails leaves no trace: the chat waits as it did, and no slot is taken', async () => {
  const { store, clock } = await open()
  const seen: number[][] = []
  const look = (isFailing: boolean) =>
    store.takeStep({ pools: [], assignments: [] }, ({ agents, advice }) => {
      // As the PUT leaves, the rules are asked once more, about its agent alone.
      if (advice === undefined) seen.push(agents.map(({ load }) => load))
      if (isFailing) throw new Error('out of order')
      return decisionFor(agentId(1), chatId(1))
    })
  await store.saveRoster({ agents: [{ id: agentId(1), name: 'Ann' }], departments: [] }, clock.now())
  await store.receive(snapshotEvent('chat.new', 1, clock.now()))
  await expect(look(true)).rejects.toThrow('out of order')
  expect(await look(false)).toMatchObject({ kind: 'put', chatId: 1, agentId: 1 })
  expect(seen).toEqual([[0], [0]])
})

test('a file that is moved away is noticed within a second: nothing is acknowledged until it is back', async () => {
  const { path, store, stores, clock } = await open()
  await store.receive(snapshotEvent('chat.new', 1, Date.now()))
  await rename(path, `${path}.moved`)
  clock.advance(1000)
  await expect(store.receive(snapshotEvent('chat.new', 2, Date.now()))).rejects.toThrow(StoreUnavailable)
  await expect(stores.check()).rejects.toThrow(path)
  await rename(`${path}.moved`, path)
  clock.advance(1000)
  expect(await store.receive(snapshotEvent('chat.new', 2, Date.now()))).toBe('accepted')
})
