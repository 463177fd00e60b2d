import { existsSync, mkdirSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import { SqliteDialect, type DialectAdapter, type SqliteDatabase, type SqliteStatement } from 'kysely'
import { StoreUnavailable } from './contract.ts'

/** "HCAA": marks the file as ours, so that another program's database is never written to. */
const APPLICATION_ID = 0x48434141
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
export function openSqlite(
  url: string,
  role: 'the service' | 'beside a service',
): { dialect: SqliteDialect; path: string; close(): void } {
  const path = resolve(url.replace(/^file:(\/\/)?/, ''))
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
    return { dialect: new Dialect({ database: withStatementCache(database) }), path, close: () => lock?.close() }
  } catch (error) {
    lock?.close()
    if (error instanceof StoreUnavailable) throw error
    throw new StoreUnavailable(`DATABASE_URL: cannot open ${path}: ${explain(error as Error)}`, { cause: error })
  }
}

/** Kysely runs migrations without a transaction on SQLite, and a kill would leave half of one: SQLite's DDL does roll back. */
class Dialect extends SqliteDialect {
  override createAdapter(): DialectAdapter {
    return Object.defineProperty(super.createAdapter(), 'supportsTransactionalDdl', { value: true })
  }
}

/** SQLite's codes for a file that is damaged, or no database at all (sqlite.org/rescode.html). */
export const DAMAGED: ReadonlySet<unknown> = new Set([11, 26])

/** SQLite's words, and what to do where that is known. */
export function explain(error: Error): string {
  const isDamaged = 'errcode' in error && DAMAGED.has(error.errcode)
  return isDamaged ? `${error.message}; put the file aside and restore it: see docs/database.md` : error.message
}

/** Not mkdir's own `recursive`: under /proc, for one, that never returns (seen with Node 26.10). */
function makeDirectory(path: string): void {
  if (existsSync(path)) return
  makeDirectory(dirname(path))
  mkdirSync(path)
}

/** Whether the database itself refused, as opposed to a mistake of ours. */
export function isSqliteError(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && error.code === 'ERR_SQLITE_ERROR'
}

/**
 * A second service on the same file would decide everything twice, and each would block the other's event loop. The
 * lock is the operating system's on a file of its own: it ends with the process, however that ends.
 */
function lockFile(path: string): DatabaseSync {
  const lock = new DatabaseSync(path, { timeout: 0 })
  try {
    lock.exec('pragma journal_mode = delete; begin exclusive')
    return lock
  } catch (error) {
    lock.close()
    if (!isSqliteError(error) || !('errcode' in error) || error.errcode !== SQLITE_BUSY) throw error
    throw new StoreUnavailable(
      `DATABASE_URL: another instance of this service has ${path.replace(/\.lock$/, '')} open`,
      {
        cause: error,
      },
    )
  }
}

const SQLITE_BUSY = 5

function claim(database: DatabaseSync, path: string): void {
  const id = Number(database.prepare('pragma application_id').get()?.application_id)
  const tables = Number(database.prepare('select count(*) as n from sqlite_schema').get()?.n)
  if (id !== APPLICATION_ID && tables > 0) {
    throw new StoreUnavailable(`DATABASE_URL: ${path} is the database of another program; name another file`)
  }
  database.exec(`pragma application_id = ${APPLICATION_ID}`)
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
