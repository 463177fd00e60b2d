import { Kysely, sql } from 'kysely'
import { Client } from 'pg'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import type { ChatPolicy, Situation } from '../../src/decision.ts'
import type { AssignmentId, ChatId } from '../../src/domain.ts'
import { LeaseLost, type Lease, type Turn } from '../../src/store/contract.ts'
import { createInTransaction } from '../../src/store/account-transaction.ts'
import { createAgentCache } from '../../src/store/agents/agent-cache.ts'
import { PLAIN } from '../../src/store/plain-policy.ts'
import { openPostgres } from '../../src/store/engines/postgres.ts'
import { loadChats } from '../../src/store/chats/load-chats.ts'
import type { Tables } from '../../src/store/schema.ts'
import type { TxScope } from '../../src/store/scope.ts'
import { openStores } from '../../src/store/stores.ts'
import { isStillWanted } from '../../src/store/turns/still-wanted.ts'
import { agentId, agentMessage, chatId, facts, snapshotEvent } from '../support/events.ts'
import { createManualClock } from '../support/manual-clock.ts'

import { decisionFor } from '../support/people.ts'
import { openPooler } from '../support/pooler.ts'
import { connect, createDatabase } from '../support/postgres.ts'
import { openTestStore } from '../support/store.ts'
import { eventually } from '../support/world.ts'
import { storeContract } from './store.contract.ts'

const WAIT = { timeout: 10_000, interval: 20 }

async function open() {
  const url = await createDatabase()
  const clock = createManualClock()
  let { store, stores } = await openTestStore(url, clock)
  onTestFinished(() => stores.close())
  async function reopen() {
    await stores.leases.leave()
    await stores.close()
    ;({ store, stores } = await openTestStore(url, clock))
    return store
  }
  return { store, stores, clock, reopen }
}

describe('the store on PostgreSQL', () => {
  storeContract(open)
})

/** Two copies on one database; `a` decides. */
async function openTwo() {
  const url = await createDatabase()
  const clock = createManualClock()
  const [a, b] = [await openStores(url, clock), await openStores(url, clock)]
  onTestFinished(async () => {
    await a.close()
    await b.close()
  })
  const ofA = await a.open('default', () => PLAIN)
  const ofB = await b.open('default', () => PLAIN)
  const id = ofA.accountId
  await a.leases.join(SHORT_MS)
  await b.leases.join(LONG_MS)
  expect(await a.leases.take([id], 1)).toEqual([id])
  return { url, clock, a, b, ofA, ofB, id }
}
const SHORT_MS = 300
const LONG_MS = 10_000
const ROSTER = { agents: [{ id: agentId(1), name: 'Ann' }], departments: [] }
const chooseAnn = ({ chat }: { chat: { id: ChatId } }) => decisionFor(agentId(1), chat.id)
const NOTHING = { pools: [], assignments: [] }

describe('who decides', () => {
  test('nobody takes an account from a copy that lives; from one that does not, at once', async () => {
    const { a, b, id } = await openTwo()
    expect(await b.leases.take([id], 1)).toEqual([])
    expect(await a.leases.renew(SHORT_MS)).toMatchObject({ copies: 2 })
    await vi.waitFor(async () => expect(await b.leases.take([id], 1)).toEqual([id]), WAIT)
    expect(await a.leases.renew(SHORT_MS)).toBeNull()
  })

  test('a copy that seems to live for long was there before the database’s clock was set back, and lives no more', async () => {
    const { url, a, b, id } = await openTwo()
    const client = await connect(url)
    await client.query('update copy set alive_until = alive_until + 3600000')
    expect(await a.leases.renew(SHORT_MS)).toBeNull()
    await b.leases.join(LONG_MS)
    expect(await b.leases.renew(LONG_MS)).toMatchObject({ copies: 1 })
    expect(await b.leases.take([id], 1)).toEqual([id])
  })

  test('what a copy had in an earlier life of its own is free at once', async () => {
    const { a, id } = await openTwo()
    await a.leases.renew(LONG_MS)
    await a.leases.join(LONG_MS)
    expect(await a.leases.take([id], 1)).toEqual([id])
  })

  test('whoever was replaced can write nothing more', async () => {
    const { b, ofA, ofB, id, clock } = await openTwo()
    await ofA.saveRoster(ROSTER, clock.now())
    await ofA.receive(snapshotEvent('chat.new', 1, clock.now()))
    const turn = await ofA.takeTurn(clock.now(), NOTHING, chooseAnn)
    await vi.waitFor(async () => expect(await b.leases.take([id], 1)).toEqual([id]), WAIT)
    const before = await ofB.explain(chatId(1))
    const settlement = { to: 'gone' } as const
    const writes = [
      () => ofA.settle(turn?.assignmentId as AssignmentId, settlement),
      () => ofA.takeTurn(clock.now(), NOTHING, chooseAnn),
      () => ofA.takeIn(),
      () => ofA.saveRoster({ agents: [], departments: [] }, clock.now()),
      () => ofA.reconcile([], clock.now(), 0),
      () => ofA.recordRequest(clock.now()),
      () => ofA.saveHeldUntil(1),
      () => ofA.saveLearnedBurst({ burst: 1, learnedAt: 1 }),
      () => ofA.saveReconciledUntil(1),
    ]
    for (const write of writes) await expect(write).rejects.toThrow(LeaseLost)
    expect(await ofB.explain(chatId(1))).toEqual(before)
    expect(await ofB.listAgents()).toHaveLength(1)
    expect(await ofB.heldUntil()).toBeNull()
    // The same PUT again, by whoever decides now; and a webhook is stored by any copy.
    expect(await ofB.takeTurn(clock.now(), NOTHING, chooseAnn)).toMatchObject({ kind: 'put', agentId: 1 })
    expect(await ofA.receive(snapshotEvent('chat.new', 2, clock.now()))).toBe('accepted')
  })

  test('what was to be written when this copy was replaced is not written once it has the account again', async () => {
    const { url, id, clock } = await openTwo()
    const engine = await openPostgres(url, clock)
    const db = new Kysely<Tables>({ dialect: engine.dialect })
    let lease: Lease = { holder: 'an earlier life', fence: 100 }
    await db.updateTable('account').set(lease).execute()
    const inTransaction = createInTransaction({ db, accountId: id, engine }, createAgentCache(), () => lease)
    const again: Lease = { holder: 'a later life', fence: 101 }
    const first = inTransaction(async (tx) => void (await tx.db.updateTable('account').set(again).execute()))
    const second = inTransaction(() => Promise.resolve())
    lease = again
    await first
    await expect(second).rejects.toThrow(LeaseLost)
    await inTransaction(() => Promise.resolve())
    await db.destroy()
    await engine.close()
  })

  test('whoever takes an account again knows what another copy did with its agents meanwhile', async () => {
    const { a, b, ofA, ofB, id, clock } = await openTwo()
    await ofA.saveRoster(ROSTER, clock.now())
    const loads: (number | undefined)[] = []
    const look = (situation: Situation) => {
      loads.push(situation.agents[0]?.load)
      return decisionFor(null, situation.chat.id)
    }
    await ofA.receive(snapshotEvent('chat.new', 1, clock.now()))
    await ofA.takeTurn(clock.now(), NOTHING, look)
    await a.leases.leave()
    await b.leases.take([id], 1)
    await ofB.receive(snapshotEvent('chat.assigned', 2, clock.now(), { assigneeId: agentId(1) }))
    await ofB.takeIn()
    await b.leases.leave()
    await a.leases.join(LONG_MS)
    await a.leases.take([id], 1)
    await ofA.takeTurn(clock.now(), NOTHING, look)
    expect(loads).toEqual([0, 1])
  })

  test('what any copy has acknowledged is known to the next decision', async () => {
    const { ofA, ofB, clock } = await openTwo()
    await ofA.saveRoster(ROSTER, clock.now())
    await ofA.receive(snapshotEvent('chat.new', 1, clock.now()))
    await ofA.takeIn()
    await ofB.receive(snapshotEvent('chat.assigned', 1, clock.now() + 1000, { assigneeId: agentId(9) }))
    expect(await ofA.takeTurn(clock.now(), NOTHING, chooseAnn)).toBeNull()
  })

  test('a person who takes a chat while it is decided, at another copy, keeps it', async () => {
    const { url, ofA, ofB, clock } = await openTwo()
    await ofA.saveRoster(ROSTER, clock.now())
    await ofA.receive(snapshotEvent('chat.new', 1, clock.now()))
    await ofA.takeIn()
    const taken = snapshotEvent('chat.assigned', 1, clock.now() + 1000, { assigneeId: agentId(9) })
    // Holds the turn up, after it has read all that it reads, when it is to write whom it has chosen.
    const client = new Client(url)
    await client.connect()
    await client.query('begin; select * from agent for update')
    const { promise: isChosen, resolve } = Promise.withResolvers<void>()
    const turn = ofA.takeTurn(clock.now(), NOTHING, (situation) => {
      resolve()
      return chooseAnn(situation)
    })
    await isChosen
    expect(await ofB.receive(taken)).toBe('accepted')
    await client.query('commit')
    await client.end()
    expect(await turn).toBeNull()
    expect(await ofA.takeTurn(clock.now(), NOTHING, chooseAnn)).toBeNull()
    expect((await ofA.explain(chatId(1)))?.assignments[0]?.state).toBe('superseded')
  })

  test('nor is a PUT still wanted of a chat that became doubtful: an agent wrote in it while it was decided', async () => {
    const { url, ofA, ofB, id, clock } = await openTwo()
    await ofA.saveRoster(ROSTER, clock.now())
    await ofA.receive(snapshotEvent('chat.new', 1, clock.now()))
    const turn = (await ofA.takeTurn(clock.now(), NOTHING, chooseAnn)) as Extract<Turn, { kind: 'put' }>
    const engine = await openPostgres(url, clock)
    const db = new Kysely<Tables>({ dialect: engine.dialect })
    const isWanted = () => isStillWanted({ db, accountId: id, engine }, turn)
    expect(await isWanted()).toBe(true)
    await ofB.receive(agentMessage(1, 9, clock.now() + 1000))
    expect(await isWanted()).toBe(false)
    await ofA.takeIn()
    expect(await isWanted()).toBe(false)
    await db.destroy()
    await engine.close()
  })

  test('the same event at two copies at the same moment is accepted once', async () => {
    const { ofA, ofB, clock } = await openTwo()
    const events = Array.from({ length: 200 }, (_, index) => snapshotEvent('chat.new', index + 1, clock.now()))
    const answers = await Promise.all([
      ...events.map((event) => ofA.receive(event)),
      ...events.toReversed().map((event) => ofB.receive(event)),
    ])
    expect(answers.filter((answer) => answer === 'accepted')).toHaveLength(200)
  })

  test('a command line tool’s change reaches the copy that decides', async () => {
    const { url, a, ofA, clock } = await openTwo()
    await ofA.saveRoster(ROSTER, clock.now())
    let freed = 0
    ofA.onChange(({ hasFreed }) => (freed += hasFreed ? 1 : 0))
    await using tool = await openStores(url, clock, 'beside a service')
    expect(await (await tool.find('default'))?.pauseAgent(agentId(1), Number.MAX_SAFE_INTEGER)).toBe('done')
    await a.noticeOthers()
    await vi.waitFor(() => expect(freed).toBeGreaterThan(0), WAIT)
    await ofA.receive(snapshotEvent('chat.new', 1, clock.now()))
    let paused: unknown = null
    await ofA.takeTurn(clock.now(), NOTHING, (situation) => {
      paused = situation.agents[0]?.pausedUntil
      return decisionFor(null, situation.chat.id)
    })
    expect(paused).toBe(Number.MAX_SAFE_INTEGER)
  })
})

test('a dead letter that a command line tool replays, which knows no routing file, is as urgent as it was', async () => {
  const url = await createDatabase()
  const clock = createManualClock()
  const urgent: ChatPolicy = { ...PLAIN, priorityMsOf: (labels) => (labels.includes('urgent') ? 60_000 : 0) }
  const labelled: ChatPolicy = { ...urgent, classify: ({ text }) => (text === '' ? [] : [text]) }
  const { store, stores } = await openTestStore(url, clock, () => labelled)
  onTestFinished(() => stores.close())
  await store.saveRoster(ROSTER, clock.now())
  const event = snapshotEvent('chat.new', 1, clock.now())
  await store.receive({ ...event, facts: { ...event.facts, text: 'urgent' } })
  const turn = (await store.takeTurn(clock.now(), NOTHING, chooseAnn)) as Turn
  await store.settle(turn.assignmentId, { to: 'dead', reason: 'HTTP 500' })
  clock.advance(1000)
  await store.receive(snapshotEvent('chat.new', 2, clock.now()))
  clock.advance(1000)
  await using tool = await openStores(url, clock, 'beside a service')
  expect(await (await tool.find('default'))?.replay(turn.assignmentId)).toBe('replayed')
  expect(await store.takeTurn(clock.now(), NOTHING, chooseAnn)).toMatchObject({ kind: 'put', chatId: 1 })
})

test('ten copies that start at once on an empty database all find its schema', async () => {
  const url = await createDatabase()
  const copies = await Promise.all(Array.from({ length: 10 }, () => openStores(url, createManualClock())))
  const stores = await Promise.all(copies.map((copy) => copy.open('default', () => PLAIN)))
  expect(new Set(stores.map(({ accountId }) => accountId)).size).toBe(1)
  for (const copy of copies) await copy.close()
})

test('a command line tool makes no tables in a database where no service has run', async () => {
  const url = await createDatabase()
  await expect(openStores(url, createManualClock(), 'beside a service')).rejects.toThrow(
    'DATABASE_URL: this service has never run on this database',
  )
  const { rows } = await (await connect(url)).query(`select 1 from pg_tables where schemaname = 'public'`)
  expect(rows).toEqual([])
})

test('nor does it bring the schema up to date that an older version has made', async () => {
  const url = await createDatabase()
  await (await openStores(url, createManualClock())).close()
  await (await connect(url)).query('delete from kysely_migration')
  await expect(openStores(url, createManualClock(), 'beside a service')).rejects.toThrow(
    'the database was made by an older version of this service; start this version with it first',
  )
})

test('texts that PostgreSQL cannot hold are stored without what it cannot hold', async () => {
  const { store, clock } = await open()
  await store.saveRoster({ agents: [{ id: agentId(1), name: 'A\0nn \ud800!' }], departments: [] }, clock.now())
  expect((await store.listAgents())[0]?.name).toBe('Ann \ufffd!')
})

test('accounts in one database know nothing of each other', async () => {
  const { stores, store, clock } = await open()
  const other = await stores.open('other', () => PLAIN)
  await stores.leases.take([other.accountId], 1)
  await store.saveRoster(ROSTER, clock.now())
  await store.receive(snapshotEvent('chat.new', 1, clock.now()))
  await store.takeIn()
  expect(await other.listAgents()).toEqual([])
  expect(await other.explain(chatId(1))).toBeNull()
  expect(await other.takeTurn(clock.now(), NOTHING, chooseAnn)).toBeNull()
  expect(await other.receive({ ...snapshotEvent('chat.new', 1, clock.now()) })).toBe('accepted')
  await other.takeIn()
  expect(await stores.countOpen()).toEqual(
    new Map([
      [store.accountId, { waiting: 1, decided: 0 }],
      [other.accountId, { waiting: 1, decided: 0 }],
    ]),
  )
})

test('a wrong password stops the start with one line, and is not in it', async () => {
  const url = new URL(await createDatabase())
  url.username = 'nobody_knows_me'
  url.password = 'a-secret-password'
  const opening = openStores(url.href, createManualClock())
  await expect(opening).rejects.toThrow(/^DATABASE_URL: cannot work with PostgreSQL: /)
  await expect(opening).rejects.not.toThrow(/a-secret-password/)
})

test('a database that can only be read stops the start', async () => {
  const url = new URL(await createDatabase())
  url.searchParams.set('options', '-c default_transaction_read_only=on')
  await expect(openStores(url.href, createManualClock())).rejects.toThrow(/it can only be read/)
})

/** Queries as the service's own go out: to the server itself, or through a pooler; of a role that does not wait for the disk. */
async function openQueries(where: 'directly' | 'through a pooler') {
  const url = new URL(await createDatabase())
  url.searchParams.set('options', '-c synchronous_commit=off')
  const engine = await openPostgres(where === 'directly' ? url.href : await openPooler(url), createManualClock())
  const db = new Kysely<Tables>({ dialect: engine.dialect })
  onTestFinished(async () => {
    await db.destroy()
    await engine.close()
  })
  return { engine, db }
}

async function settingsOf(db: Kysely<Tables>): Promise<unknown> {
  const { rows } = await sql`
    select current_setting('statement_timeout') as statement, current_setting('idle_in_transaction_session_timeout') as idle,
      current_setting('synchronous_commit') as commit
  `.execute(db)
  return rows[0]
}

test('a chat is found by its key, also by statistics of when there were none', async () => {
  const { url, ofA, id: accountId, clock } = await openTwo()
  await (await connect(url)).query('analyze')
  const found = Array.from({ length: 500 }, (_, index) => ({
    id: chatId(index + 1),
    snapshot: { status: 'opened', assigneeId: null, departmentId: null },
    facts: facts(),
    lastCustomerMessageAt: clock.now(),
  }))
  await ofA.reconcile(found, clock.now(), 0)
  const engine = await openPostgres(url, clock)
  const db = new Kysely<Tables>({ dialect: engine.dialect })
  await db.transaction().execute(async (tx) => {
    const scope: TxScope = { db: tx, accountId, engine, touched: new Set() }
    expect((await loadChats(scope, [chatId(7)])).get(chatId(7))?.open?.state).toBe('waiting')
    const { rows } = await sql<{ read: number }>`
      select coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) as read from pg_stat_xact_user_tables
      where relname in ('chat', 'assignment')
    `.execute(tx)
    expect(rows).toEqual([{ read: 1 }, { read: 1 }])
  })
  await db.destroy()
  await engine.close()
})

test('plans from when there was next to nothing do not read all that has come since', async () => {
  const { url, ofA, clock } = await openTwo()
  await ofA.saveRoster(ROSTER, clock.now())
  const database = await connect(url)
  let lastChat = 0
  async function takeTurns(count: number): Promise<void> {
    for (let i = 0; i < count; i += 1) {
      lastChat += 1
      await ofA.receive(snapshotEvent('chat.new', lastChat, clock.now()))
      const { assignmentId } = (await ofA.takeTurn(clock.now(), NOTHING, chooseAnn)) as Turn
      const snapshot = { assigneeId: agentId(1) }
      await ofA.settle(assignmentId, { to: 'assigned', snapshot, answeredAt: clock.now() })
      await ofA.nextDueAt(clock.now())
    }
  }
  async function readSoFar(): Promise<{ scans: number; rows: number }> {
    const { rows } = await database.query<{ scans: string; rows: string }>(
      `select sum(seq_scan + idx_scan) as scans, sum(seq_tup_read + idx_tup_fetch) as rows from pg_stat_user_tables
       where relname in ('chat', 'assignment')`,
    )
    return { scans: Number(rows[0]?.scans), rows: Number(rows[0]?.rows) }
  }

  await takeTurns(10)
  await database.query('analyze')
  await takeTurns(10)
  for (let page = 0; page < 10; page += 1) {
    const found = Array.from({ length: 100 }, (_, index) => ({
      id: chatId(10_000 + page * 100 + index),
      snapshot: { status: 'opened', assigneeId: null, departmentId: null },
      facts: facts(),
      lastCustomerMessageAt: clock.now(),
    }))
    await ofA.reconcile(found, clock.now(), 0)
  }
  const before = await readSoFar()
  await takeTurns(50)
  const after = await eventually(async () => {
    const now = await readSoFar()
    // What they count they tell a second later.
    expect(now.scans - before.scans).toBeGreaterThan(200)
    return now
  })
  expect((after.rows - before.rows) / (after.scans - before.scans)).toBeLessThan(20)
})

test.for([
  ['once for each connection', 'directly', 1],
  ['every time', 'through a pooler', 0],
] as const)('a statement is planned %s: %s', async ([, where, kept]) => {
  const { db } = await openQueries(where)
  const echo = async (text: string) => (await sql<{ text: string }>`select ${text}::text as text`.execute(db)).rows
  expect([await echo('a'), await echo('b')]).toEqual([[{ text: 'a' }], [{ text: 'b' }]])
  expect((await sql`select name from pg_prepared_statements`.execute(db)).rows).toHaveLength(kept)
})

test.for([
  ['for the connection', 'directly', { statement: '4s', idle: '2s', commit: 'on' }],
  ['for each transaction', 'through a pooler', { statement: '0', idle: '0', commit: 'off' }],
] as const)('time-outs, and that commits reach the disk, are set %s: %s', async ([, where, outside]) => {
  const { db } = await openQueries(where)
  const within = await db.transaction().execute((tx) => settingsOf(tx))
  expect(within).toEqual({ statement: '4s', idle: '2s', commit: 'on' })
  expect(await settingsOf(db)).toEqual(outside)
})

test('that commits do not reach the disk is told, where PostgreSQL runs without fsync', async () => {
  const { engine, db } = await openQueries('directly')
  const { rows } = await sql<{ fsync: string }>`show fsync`.execute(db)
  expect(engine.warnings.length).toBe(rows[0]?.fsync === 'off' ? 1 : 0)
})
