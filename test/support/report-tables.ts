import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Kysely } from 'kysely'
import { onTestFinished } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import type { AccountId } from '../../src/domain.ts'
import { openPostgres } from '../../src/store/engines/postgres.ts'
import { openSqlite } from '../../src/store/engines/sqlite.ts'
import { migrate } from '../../src/store/migrate.ts'
import { createActLog } from '../../src/store/reports/act-log.ts'
import { createReports } from '../../src/store/reports/reports.ts'
import type { Database, Tables } from '../../src/store/schema.ts'
import type { Scope } from '../../src/store/reports/scope.ts'
import { createDatabase } from './postgres.ts'

export type Tabled = Awaited<ReturnType<typeof openReportTables>>

/** Empty tables with the accounts 1 and 2, and the reports of account 1; all of it is removed after the test. */
export async function openReportTables(kind: 'SQLite' | 'PostgreSQL') {
  const directory = await mkdtemp(join(tmpdir(), 'autoassign-reports-'))
  const engine =
    kind === 'SQLite'
      ? await openSqlite(`file:${join(directory, 'reports.db')}`, systemClock, 'the service')
      : await openPostgres(await createDatabase(), systemClock)
  const db = new Kysely<Tables>({ dialect: engine.dialect })
  const reportDb = engine.reportDialect === null ? db : new Kysely<Tables>({ dialect: engine.reportDialect })
  onTestFinished(async () => {
    await db.destroy()
    await reportDb.destroy()
    await engine.close()
    await rm(directory, { recursive: true, force: true })
  })
  await migrate(db, engine)
  for (const name of ['default', 'other'])
    await db.insertInto('account').values({ name, fence: 0, waiting: 0, decided: 0 }).execute()
  const scope: Scope = { db, engine, accountId: 1 as AccountId }
  return {
    db,
    reports: createReports((query) => query({ ...scope, db: reportDb })),
    actLog: createActLog(scope, (query) => query()),
    ...createFilling(db),
  }
}

/** Inserts rows with defaults for the other columns. */
function createFilling(db: Database) {
  return {
    async agent(id: number, name: string, more: Partial<Row<'agent'>> = {}) {
      const row = {
        id,
        name,
        is_listed: 1,
        is_set_aside: 0,
        load: 0,
        turn: 0,
        credit: 0,
        recent_at: '[]',
        missed_in_row: 0,
      }
      await db
        .insertInto('agent')
        .values({ ...OF_ACCOUNT, ...row, ...more } as never)
        .execute()
    },
    async department(id: number, name: string, agentIds: readonly number[]) {
      await db
        .insertInto('department')
        .values({ ...OF_ACCOUNT, id, name } as never)
        .execute()
      for (const agent_id of agentIds)
        await db
          .insertInto('department_member')
          .values({ ...OF_ACCOUNT, department_id: id, agent_id } as never)
          .execute()
    },
    async chat(id: number, more: Partial<Row<'chat'>> = {}) {
      const row = {
        id,
        status: 'new',
        channel: 'chat',
        labels: '[]',
        missed_by: '[]',
        is_ours: 0,
        active_at: 0,
        held_load: 0,
        heard_at: 0,
        updated_at: 0,
      }
      await db
        .insertInto('chat')
        .values({ ...OF_ACCOUNT, ...row, ...more } as never)
        .execute()
    },
    async assignment(chat_id: number, opened_at: number, more: Partial<Row<'assignment'>> = {}) {
      const row = {
        chat_id,
        opened_at,
        event_id: `event-${chat_id}`,
        state: 'waiting',
        pool: 'no department',
        rank_at: opened_at,
        not_before: 0,
        failures: 0,
        refusals: 0,
      }
      await db
        .insertInto('assignment')
        .values({ ...OF_ACCOUNT, ...row, ...more } as never)
        .execute()
    },
    async event(type: string, chat_id: number, at: number) {
      const row = { id: `${type}-${chat_id}-${at}`, type, chat_id, occurred_at: at, received_at: at }
      await db
        .insertInto('event')
        .values({ ...OF_ACCOUNT, ...row } as never)
        .execute()
    },
  }
}

type Row<Table extends keyof Tables> = Readonly<Record<keyof Tables[Table], number | string | null>>
const OF_ACCOUNT = { account_id: 1 }
