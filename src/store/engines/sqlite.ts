import { existsSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import type { Clock } from '../../domain.ts'
import type { Batch } from '../commit/batch.ts'
import { StoreUnavailable } from '../contract.ts'
import { createGroupCommit } from '../inbox/group-commit.ts'
import type { Engine, Role } from './engine.ts'
import { describeLoss, watchFileIdentity, type FileLoss } from './file-identity.ts'
import { watchIntegrity } from './integrity.ts'
import { openConnection, type SqliteConnection } from './sqlite-connection.ts'
import { createSqliteDialect } from './sqlite-dialect.ts'
import { DatabaseInUse, explain, isSqliteError, lockFile, openToRead, pathOf } from './sqlite-file.ts'
import { SQLITE_QUERIES } from './sqlite-queries.ts'

/**
 * Opens the embedded database: as the service, for this process alone, or as a tool beside the service.
 * @param url such as `file:./data/autoassign.db`; a missing directory is made
 * @throws StoreUnavailable with a sentence for the operator
 */
export async function openSqlite(url: string, clock: Clock, role: Role): Promise<Engine> {
  const path = pathOf(url)
  let lock: DatabaseSync | null = null
  try {
    if (role === 'the service') {
      makeDirectory(dirname(path))
      lock = lockFile(`${path}.lock`)
    } else if (!existsSync(path)) {
      throw new StoreUnavailable(`DATABASE_URL: there is no database at ${path}; start the service first`)
    }
    const connection = await openConnection(path, 'writes')
    const reader = openReader(path)
    /** SQLite's message about a damaged page, or `null`. */
    let finding: string | null = null
    let loss: FileLoss | null = null
    const stopWatching =
      role === 'the service'
        ? [
            watchIntegrity(path, clock, (found) => (finding = found)),
            watchFileIdentity(path, clock, (found) => (loss = found)),
          ]
        : []
    return {
      ...SQLITE_QUERIES,
      warnings: [],
      dialect: createSqliteDialect(() => Promise.resolve(connection)),
      urgentDialect: null,
      reportDialect: createSqliteDialect(
        () => openConnection(path, 'reads'),
        (reports) => reports.close(),
      ),
      read: reader.read,
      readUrgent: reader.read,
      commit: groupCommits(connection),
      isRefusal: isSqliteError,
      explain,
      damage() {
        if (loss !== null) return describeLoss(path, loss)
        return finding === null ? null : `the database ${path} is damaged (${finding}); ${WHAT_TO_DO}`
      },
      // There is no other instance. Command line tools leave their acts in the inbox, which is polled twice a second.
      onNotice: () => undefined,
      notify: () => undefined,
      migrate: (db, work) => work(db),
      async close() {
        for (const stop of stopWatching) stop()
        reader.close()
        await connection.close()
        lock?.close()
      },
    }
  } catch (error) {
    lock?.close()
    throw toRefusal(error as Error, path)
  }
}

const WHAT_TO_DO = 'nothing more is taken in; stop the service, and restore the file: see docs/database.md'

function toRefusal(error: Error, path: string): StoreUnavailable {
  if (error instanceof StoreUnavailable) return error
  // Errors of the writing thread arrive without their class.
  if (error.name === 'StoreUnavailable') return new StoreUnavailable(error.message)
  const reason =
    error instanceof DatabaseInUse
      ? `another instance of this service has ${path} open; stop it, or name another file`
      : `cannot open ${path}: ${explain(error)}`
  return new StoreUnavailable(`DATABASE_URL: ${reason}`, { cause: error })
}

/** Commits batches of several accounts that wait at the same time in one transaction, with one `fsync`. */
function groupCommits(connection: SqliteConnection): Engine['commit'] {
  const group = createGroupCommit(async (batches: readonly Batch[]) => {
    await connection.alone(() => connection.commit(batches))
    return batches.map(() => undefined)
  })
  return (batch) => group.add(batch)
}

/**
 * A connection that reads in this thread, while another thread writes: a read takes microseconds, an answer of the
 * thread longer.
 */
function openReader(path: string): Pick<Engine, 'read'> & { close(): void } {
  const database = openToRead(path)
  const statements = new Map<string, StatementSync>()
  return {
    async read<Row>(text: string, values: readonly unknown[]): Promise<Row[]> {
      let statement = statements.get(text)
      if (statement === undefined) {
        statement = database.prepare(text)
        statements.set(text, statement)
      }
      return statement.all(...(values as SQLInputValue[])) as Row[]
    },
    close: () => database.close(),
  }
}

/**
 * Makes a directory and its parents. Not with mkdir's own `recursive`, which never returns under /proc (seen with Node
 * 26.10).
 */
function makeDirectory(path: string): void {
  if (existsSync(path)) return
  makeDirectory(dirname(path))
  mkdirSync(path)
}
