import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'
import { createSqliteCommit } from '../commit/sqlite-commit.ts'
import { openFile, openToRead, toPlainError } from './sqlite-file.ts'
import type { Answer, Job, Purpose } from './sqlite-connection.ts'

/**
 * A thread with a connection to the embedded database, so that neither an `fsync` nor a report blocks the event loop.
 */
const database = tryOpening()
const statements = new Map<string, StatementSync>()
const MAX_CACHED_STATEMENTS = 100
const commit = database === null ? null : createSqliteCommit(database)

function tryOpening(): DatabaseSync | null {
  const { path, purpose } = workerData as { readonly path: string; readonly purpose: Purpose }
  try {
    const opened = purpose === 'writes' ? openFile(path) : openToRead(path)
    send({ id: 0, result: null })
    return opened
  } catch (error) {
    send({ id: 0, error: toPlainError(error) })
    return null
  }
}

function run(text: string, values: readonly unknown[]): NonNullable<Answer['result']> {
  const statement = statements.get(text) ?? (database as DatabaseSync).prepare(text)
  if (statements.size >= MAX_CACHED_STATEMENTS) statements.clear()
  statements.set(text, statement)
  const inputs = values as SQLInputValue[]
  if (statement.columns().length > 0) return { rows: statement.all(...inputs), changes: 0 }
  // SQLite may have rolled back by itself, after a full disk for example; an error about that would hide the reason.
  if (text === 'rollback' && !(database as DatabaseSync).isTransaction) return { rows: [], changes: 0 }
  return { rows: [], changes: Number(statement.run(...inputs).changes) }
}

function send(answer: Answer): void {
  // eslint-disable-next-line unicorn/require-post-message-target-origin -- that is for windows
  parentPort?.postMessage(answer)
}

parentPort?.on('message', (job: Job) => {
  try {
    if (job.kind === 'close') {
      database?.close()
      send({ id: job.id, result: null })
      parentPort?.close()
    } else if (job.kind === 'commit') {
      commit?.(job.batches)
      send({ id: job.id, result: null })
    } else send({ id: job.id, result: run(job.text, job.values) })
  } catch (error) {
    send({ id: job.id, error: toPlainError(error) })
  }
})
