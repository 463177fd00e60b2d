import { existsSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import { sql, SqliteDialect, type DialectAdapter, type SqliteDatabase, type SqliteStatement } from 'kysely'
import type { Clock } from '../../domain.ts'
import { StoreUnavailable } from '../contract.ts'
import type { Engine, Role } from './engine.ts'
import { watchIntegrity } from './integrity.ts'
import { claim, DatabaseInUse, explain, isSqliteError, lockFile, pathOf } from './sqlite-file.ts'

/** Command line tools may write beside the service, for a moment. */
const BUSY_TIMEOUT_MS = 1000
const MAX_CACHED_STATEMENTS = 100
/** A longer one is for so many rows that the same number seldom comes again. */
const MAX_CACHED_LENGTH = 4000

/**
 * Opens the embedded database: for this process alone, or beside the service, for a moment.
 * @param url such as `file:./data/autoassign.db`; the directory is made if it is missing
 * @throws StoreUnavailable with a sentence for whoever starts the service
 */
export function openSqlite(url: string, clock: Clock, role: Role): Engine {
  const path = pathOf(url)
  let lock: DatabaseSync | null = null
  try {
    if (role === 'the service') {
      makeDirectory(dirname(path))
      lock = lockFile(`${path}.lock`)
    } else if (!existsSync(path)) {
      throw new StoreUnavailable(`DATABASE_URL: there is no database at ${path}; start the service first`)
    }
    const database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS })
    claim(database, path)
    // WAL: readers and one writer at once. FULL: a commit that was answered survives a power cut (sqlite.org/pragma.html).
    database.exec('pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on')
    // Checkpoints are rarer and commits half as expensive in the kernel, for 32 MB of disk and up to 16 MB of memory.
    database.exec('pragma wal_autocheckpoint = 8000; pragma cache_size = -16000')
    /** SQLite's words, once a page was found that it cannot read. */
    let finding: string | null = null
    const stopWatching =
      role === 'the service' ? watchIntegrity(path, clock, (found) => (finding = found)) : () => undefined
    return {
      ...QUERIES,
      warnings: [],
      dialect: new Dialect({ database: withStatementCache(database) }),
      urgentDialect: null,
      isRefusal: isSqliteError,
      explain,
      damage: () => finding && `the database ${path} is damaged (${finding}); ${WHAT_TO_DO}`,
      // Nobody else lives: command line tools leave a note in the inbox, which is looked into twice a second.
      onNotice: () => undefined,
      notify: () => undefined,
      migrate: (db, work) => work(db),
      async close() {
        stopWatching()
        lock?.close()
      },
    }
  } catch (error) {
    lock?.close()
    if (error instanceof StoreUnavailable) throw error
    if (error instanceof DatabaseInUse)
      throw new StoreUnavailable(
        `DATABASE_URL: another copy of this service has ${path} open; stop it, or name another file`,
        {
          cause: error,
        },
      )
    throw new StoreUnavailable(`DATABASE_URL: cannot open ${path}: ${explain(error as Error)}`, { cause: error })
  }
}

const WHAT_TO_DO = 'nothing more is taken in; stop the service, and restore the file: see docs/database.md'

const QUERIES: Pick<Engine, 'isShared' | 'columns' | 'selectRows' | 'isOneOf' | 'now'> = {
  isShared: false,
  columns: { counted: 'integer', sorted: 'text', keyed: sql`without rowid` },
  selectRows(_table, columns, rows) {
    const values = columns.map((column) => sql`value ->> ${sql.lit(`$.${column}`)} as ${sql.ref(column)}`)
    // "where true": without it SQLite takes "on conflict" for a join (sqlite.org/lang_upsert.html, parsing ambiguity).
    return sql`select ${sql.join(values)} from json_each(${JSON.stringify(rows)}) where true`
  },
  isOneOf: (column, values) => sql`${sql.ref(column)} in (select value from json_each(${JSON.stringify(values)}))`,
  now: sql<number>`cast(unixepoch('subsec') * 1000 as integer)`,
}

/** Kysely runs migrations without a transaction on SQLite, and a kill would leave half of one: SQLite's DDL does roll back. */
class Dialect extends SqliteDialect {
  override createAdapter(): DialectAdapter {
    return Object.defineProperty(super.createAdapter(), 'supportsTransactionalDdl', { value: true })
  }
}

/** Not mkdir's own `recursive`: under /proc, for one, that never returns (seen with Node 26.10). */
function makeDirectory(path: string): void {
  if (existsSync(path)) return
  makeDirectory(dirname(path))
  mkdirSync(path)
}

/** node:sqlite in the shape that Kysely expects, each statement prepared once. */
function withStatementCache(database: DatabaseSync): SqliteDatabase {
  const cache = new Map<string, SqliteStatement>()
  return {
    close: () => database.close(),
    prepare(text) {
      const cached = cache.get(text)
      if (cached !== undefined) return cached
      const statement = text === 'rollback' ? rollbackOf(database) : toKyselyStatement(database.prepare(text))
      if (text.length > MAX_CACHED_LENGTH) return statement
      if (cache.size >= MAX_CACHED_STATEMENTS) cache.clear()
      cache.set(text, statement)
      return statement
    },
  }
}

/** After a full disk, for one, SQLite has rolled back by itself; a complaint about that would hide the reason. */
function rollbackOf(database: DatabaseSync): SqliteStatement {
  const statement = toKyselyStatement(database.prepare('rollback'))
  const nothing = { changes: 0, lastInsertRowid: 0 }
  return { ...statement, run: (parameters) => (database.isTransaction ? statement.run(parameters) : nothing) }
}

function toKyselyStatement(statement: StatementSync): SqliteStatement {
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => statement.all(...(parameters as SQLInputValue[])),
    run: (parameters) => statement.run(...(parameters as SQLInputValue[])),
    iterate: (parameters) => statement.iterate(...(parameters as SQLInputValue[])),
  }
}
