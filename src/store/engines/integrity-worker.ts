import { DatabaseSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'
import { DAMAGED } from './sqlite-file.ts'

/** SQLite's verdict: `ok`, or what is wrong. */
function quickCheck(path: string): string {
  const database = new DatabaseSync(path, { readOnly: true })
  try {
    const [row] = database.prepare('pragma quick_check(1)').all()
    return String(Object.values(row ?? {})[0]).replaceAll('\n', ' ')
  } catch (error) {
    if (error instanceof Error && 'errcode' in error && DAMAGED.has(error.errcode)) return error.message
    throw error
  } finally {
    database.close()
  }
}

// In a thread of its own: reading every page of a large file takes seconds, and the event loop has none.
// eslint-disable-next-line unicorn/require-post-message-target-origin -- that is for windows
parentPort?.postMessage(quickCheck(String(workerData)))
