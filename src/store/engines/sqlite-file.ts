import { statfsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { StoreUnavailable } from '../contract.ts'

/** "HCAA": marks the file as ours, so that another program's database is never written to. */
const APPLICATION_ID = 0x48434141

/** SQLite's codes for a damaged file and for a file that is no database (sqlite.org/rescode.html). */
export const DAMAGED: ReadonlySet<unknown> = new Set([11, 26])

/**
 * The absolute path in a database URL.
 * @param url such as `file:./data/autoassign.db`
 */
export function pathOf(url: string): string {
  return resolve(url.replace(/^file:(\/\/)?/, ''))
}

/** SQLite's default. */
const PAGE_BYTES = 4096
const LEAST_LOG_PAGES = 100
const MOST_LOG_PAGES = 8000

/** How long to wait for another connection: a command line tool that writes, or a checkpoint. */
const BUSY_TIMEOUT_MS = 1000

/**
 * Opens the file with the settings that the service and its tools write with.
 * @throws StoreUnavailable for another program's file
 */
export function openFile(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS })
  claim(database, path)
  // WAL: readers beside one writer. FULL: an answered commit survives a power cut (sqlite.org/pragma.html).
  database.exec('pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on')
  database.exec(`pragma wal_autocheckpoint = ${logPagesOn(dirname(path))}; pragma cache_size = -16000`)
  return database
}

/** Opens the file for reads beside the connection that writes. A missing file is an error. */
export function openToRead(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { readOnly: true, timeout: BUSY_TIMEOUT_MS })
  database.exec('pragma cache_size = -8000')
  return database
}

/**
 * The most pages of the write-ahead log. With 32 MB checkpoints are rare, and commits cost half as much in the kernel;
 * on a small disk the log takes a sixteenth of the free space.
 */
function logPagesOn(directory: string): number {
  const { bavail, bsize } = statfsSync(directory)
  return Math.min(Math.max(Math.floor((bavail * bsize) / 16 / PAGE_BYTES), LEAST_LOG_PAGES), MOST_LOG_PAGES)
}

/** An error of `node:sqlite` as data: an `Error` sent to another thread keeps only its message. */
export interface PlainError {
  readonly message: string
  readonly code?: string
  readonly errcode?: number
  readonly name?: string
}

/** Converts an error to data that another thread can receive. */
export function toPlainError(error: unknown): PlainError {
  const { message, code, errcode, name } = error as Required<PlainError>
  return { message, name, ...(code === undefined ? {} : { code }), ...(errcode === undefined ? {} : { errcode }) }
}

/** SQLite's message, with advice where we have some. */
export function explain(error: Error): string {
  const isDamaged = 'errcode' in error && DAMAGED.has(error.errcode)
  return isDamaged ? `${error.message}; put the file aside and restore it: see docs/database.md` : error.message
}

/** Whether the error is SQLite's refusal, not a mistake of ours. */
export function isSqliteError(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && error.code === 'ERR_SQLITE_ERROR'
}

/** Another instance has the file open. */
export class DatabaseInUse extends Error {
  override readonly name = 'DatabaseInUse'
}

/**
 * Locks the database against a second instance, which would decide everything twice and block the first one's event
 * loop. The operating system holds the lock on a file of its own, and releases it however the process ends.
 * @throws DatabaseInUse
 */
export function lockFile(path: string): DatabaseSync {
  const lock = new DatabaseSync(path, { timeout: 0 })
  try {
    lock.exec('pragma journal_mode = delete; begin exclusive')
    return lock
  } catch (error) {
    lock.close()
    if (!isSqliteError(error) || !('errcode' in error) || error.errcode !== SQLITE_BUSY) throw error
    throw new DatabaseInUse('the database is open already', { cause: error })
  }
}

const SQLITE_BUSY = 5

/** Whether this service made the database. */
export function isOurs(database: DatabaseSync): boolean {
  return Number(database.prepare('pragma application_id').get()?.application_id) === APPLICATION_ID
}

/**
 * Marks a new file as this service's.
 * @throws StoreUnavailable for another program's file
 */
function claim(database: DatabaseSync, path: string): void {
  const tables = Number(database.prepare('select count(*) as n from sqlite_schema').get()?.n)
  if (!isOurs(database) && tables > 0) {
    throw new StoreUnavailable(`DATABASE_URL: ${path} is the database of another program; name another file`)
  }
  database.exec(`pragma application_id = ${APPLICATION_ID}`)
}
