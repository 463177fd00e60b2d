import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import { Kysely, sql } from 'kysely'
import type { Clock } from '../../src/domain.ts'
import { createSqliteCommit } from '../../src/store/commit/sqlite-commit.ts'
import type { Value } from '../../src/store/commit/batch.ts'
import { LeaseLost } from '../../src/store/contract.ts'
import type { Engine } from '../../src/store/engines/engine.ts'
import type { SqliteConnection } from '../../src/store/engines/sqlite-connection.ts'
import { createSqliteDialect } from '../../src/store/engines/sqlite-dialect.ts'
import { SQLITE_QUERIES } from '../../src/store/engines/sqlite-queries.ts'
import { migrate } from '../../src/store/migrate.ts'
import type { Tables } from '../../src/store/schema.ts'
import type { Chance } from './chance.ts'
import { createLeaseTable, type LeaseTable } from './lease-table.ts'
import type { SimulatedProcess } from './process.ts'

/** So many statements are refused, and of so many the answer is lost, once in a while. */
const SHARE_REFUSED = 0.004
const SHARE_UNANSWERED = 0.004
const LONGEST_WAY_MS = 4

/** What the database says when it cannot do what it is asked. */
class Refusal extends Error {
  override readonly name = 'Refusal'
}

export type SimulatedDatabase = Awaited<ReturnType<typeof createDatabase>>

/**
 * One database for all instances of a run: SQLite in memory behind a network, which refuses, is slow, and loses answers. Its lease
 * table stands for PostgreSQL's, and speaks no SQL.
 */
export async function createDatabase(world: Clock, chance: Chance, isShared: boolean) {
  const file = new DatabaseSync(':memory:')
  file.function('simulated_now', () => world.now())
  const writeBatches = createSqliteCommit(file)
  const leases: LeaseTable = createLeaseTable(() => world.now())
  const listeners = new Set<(notice: string) => void>()
  let isDown = false
  let isCalm = false

  function run(text: string, values: readonly unknown[]): { rows: unknown[]; changes: number } {
    const statement = file.prepare(text)
    if (statement.columns().length > 0) return { rows: statement.all(...(values as SQLInputValue[])), changes: 0 }
    return { rows: [], changes: Number(statement.run(...(values as SQLInputValue[])).changes) }
  }

  /** Over the network, or on a disk that may be full: done or not, heard of or not. */
  async function call<T>(from: SimulatedProcess, work: () => T): Promise<T> {
    await from.ready()
    if (isShared) await from.delay(chance.between(0, LONGEST_WAY_MS))
    if (isDown || (!isCalm && chance.happens(SHARE_REFUSED))) throw new Refusal('it refuses')
    const result = work()
    if (isShared && !isCalm && chance.happens(SHARE_UNANSWERED)) throw new Refusal('the answer was lost')
    if (isShared) await from.delay(chance.between(0, LONGEST_WAY_MS))
    return result
  }

  function connectionOf(ask: <T>(work: () => T) => Promise<T>): SqliteConnection {
    let last: Promise<unknown> = Promise.resolve()
    return {
      query: (text, values) => ask(() => run(text, values)),
      commit: (batches) => ask(() => writeBatches(batches)),
      alone(work) {
        const next = last.then(work)
        last = next.catch(() => undefined)
        return next
      },
      close: () => Promise.resolve(),
    }
  }

  function engineOf(from: SimulatedProcess): Engine {
    const read = <Row>(text: string, values: readonly unknown[]) =>
      call(from, () => file.prepare(text).all(...(values as SQLInputValue[])) as Row[])
    return {
      ...SQLITE_QUERIES,
      isShared,
      now: sql<number>`simulated_now()`,
      dialect: createSqliteDialect(() => Promise.resolve(connectionOf((work) => call(from, work)))),
      urgentDialect: null,
      reportDialect: null,
      warnings: [],
      read,
      readUrgent: read,
      commit: (batch) =>
        call(from, () => {
          if (isShared && !leases.holds(batch.accountId, batch.lease)) throw new LeaseLost('another instance has it')
          writeBatches([batch])
        }),
      isRefusal: (error): error is Error => error instanceof Refusal,
      explain: (error) => error.message,
      damage: () => null,
      onNotice: (listener) => void listeners.add((notice) => from.isAlive() && listener(notice)),
      notify(notice) {
        if (isCalm || !chance.happens(0.1))
          for (const listener of listeners) world.after(chance.between(0, LONGEST_WAY_MS), () => listener(notice))
      },
      migrate: (db, work) => work(db),
      close: () => Promise.resolve(),
    }
  }

  const plain = connectionOf((work) => Promise.resolve(work()))
  const db = new Kysely<Tables>({ dialect: createSqliteDialect(() => Promise.resolve(plain)) })
  await migrate(db, { ...engineOf({} as SimulatedProcess), isShared: false })
  return {
    engineOf,
    call,
    run,
    leasesOf: (ask: <T>(work: () => T) => Promise<T>) => leases.of(ask),
    /** Refuses everything until it is up again. */
    setDown: (down: boolean) => (isDown = down),
    /** From now on nothing goes wrong. */
    calm() {
      isDown = false
      isCalm = true
    },
    /** What it throws when it refuses. */
    refusal: (): Error => new Refusal('it refuses'),
    query: async (text: string) => file.prepare(text).all() as Record<string, Value>[],
    close: () => file.close(),
  }
}
