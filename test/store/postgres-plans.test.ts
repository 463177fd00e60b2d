import { CompiledQuery, Kysely, sql } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import type { Step } from '../../src/core/contract.ts'
import { openPostgres } from '../../src/store/engines/postgres.ts'
import { createReads } from '../../src/store/account/reads.ts'
import type { Tables } from '../../src/store/schema.ts'
import { agentId, chatId, facts, snapshotEvent } from '../support/events.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { openPooler } from '../support/pooler.ts'
import { connect, createDatabase } from '../support/postgres.ts'
import { eventually } from '../support/world.ts'
import { ROSTER, chooseAnn, NOTHING, openTwoStores } from '../support/two-stores.ts'

/** Queries like the service's: to the server itself, or through a pooler; of a role that does not wait for the disk. */
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

test('a chat is found by its key, also with statistics from before there were any', async () => {
  const { url, ofA, id: accountId, clock } = await openTwoStores()
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
    const read = async <Row>(text: string, values: readonly unknown[]): Promise<Row[]> =>
      (await tx.executeQuery<Row>(CompiledQuery.raw(text, [...values]))).rows
    const [record] = await createReads({ ...engine, read }, accountId).chats([chatId(7)])
    expect(record?.open?.state).toBe('waiting')
    const { rows } = await sql<{ read: number }>`
      select coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) as read from pg_stat_xact_user_tables
      where relname in ('chat', 'assignment')
    `.execute(tx)
    expect(rows).toEqual([{ read: 1 }, { read: 1 }])
  })
  await db.destroy()
  await engine.close()
})

test('plans from an almost empty database do not read all rows that have come since', async () => {
  const { url, ofA, clock } = await openTwoStores()
  await ofA.saveRoster(ROSTER, clock.now())
  const database = await connect(url)
  let lastChat = 0
  async function takeTurns(count: number): Promise<void> {
    for (let i = 0; i < count; i += 1) {
      lastChat += 1
      await ofA.receive(snapshotEvent('chat.new', lastChat, clock.now()))
      const { assignmentId } = (await ofA.takeStep(NOTHING, chooseAnn)) as Step
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
    // The server publishes its counts a second later.
    expect(now.scans - before.scans).toBeGreaterThan(100)
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
] as const)('time-outs, and commits that reach the disk, are set %s: %s', async ([, where, outside]) => {
  const { db } = await openQueries(where)
  const within = await db.transaction().execute((tx) => settingsOf(tx))
  expect(within).toEqual({ statement: '4s', idle: '2s', commit: 'on' })
  expect(await settingsOf(db)).toEqual(outside)
})

test('the start warns where PostgreSQL runs without fsync, so that commits do not reach the disk', async () => {
  const { engine, db } = await openQueries('directly')
  const { rows } = await sql<{ fsync: string }>`show fsync`.execute(db)
  expect(engine.warnings.length).toBe(rows[0]?.fsync === 'off' ? 1 : 0)
})
