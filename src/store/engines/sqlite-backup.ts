import { existsSync, renameSync, rmSync, statSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { StoreUnavailable } from '../contract.ts'
import { isOurs, pathOf } from './sqlite-file.ts'

/** How long the backup waits for a commit of the service. */
const BUSY_TIMEOUT_MS = 10_000

/**
 * Writes a compact copy of the embedded database while a service runs, and checks every page of the copy. Only then it
 * replaces an older backup of the same name, in one step, so that a complete backup always exists.
 * @param url such as `file:./data/autoassign.db`
 * @returns the size of the backup in bytes
 * @throws StoreUnavailable with a sentence for the operator
 */
export function backUpSqlite(url: string, target: string): number {
  const path = pathOf(url)
  if (!existsSync(path)) throw new StoreUnavailable(`DATABASE_URL: there is no database at ${path}`)
  if (existsSync(target) && !isBackup(target))
    throw new StoreUnavailable(`${target} is no backup of this service; name another file, or remove that one`)
  const partial = `${target}.part`
  try {
    rmSync(partial, { force: true })
    using database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS })
    // Unlike a copy of the file, this includes the write-ahead log (sqlite.org/lang_vacuum.html).
    database.prepare('vacuum into ?').run(partial)
    check(partial)
    renameSync(partial, target)
    return statSync(target).size
  } catch (error) {
    rmSync(partial, { force: true })
    throw new StoreUnavailable(`no backup was made: ${(error as Error).message}`, { cause: error })
  }
}

function isBackup(path: string): boolean {
  try {
    using database = new DatabaseSync(path, { readOnly: true })
    return isOurs(database)
  } catch {
    return false
  }
}

/**
 * Reads every page.
 * @throws Error for a page that cannot be read
 */
function check(path: string): void {
  using database = new DatabaseSync(path, { readOnly: true })
  const finding = database.prepare('pragma quick_check(1)').get()?.quick_check
  if (finding !== 'ok' || !isOurs(database)) throw new Error(`the copy is damaged: ${String(finding)}`)
}
