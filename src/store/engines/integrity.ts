import { Worker } from 'node:worker_threads'
import type { Clock } from '../../domain.ts'

/** Not during the start, because the check reads the whole file. */
const FIRST_CHECK_MS = 5000
const INTERVAL_MS = 24 * 60 * 60_000
const WORKER = new URL('./integrity-worker.ts', import.meta.url)

/**
 * Checks every page of the embedded database soon after the start and once a day: SQLite goes on writing to a file with
 * a damaged page, and notices only when it reads that page (sqlite.org/pragma.html, quick_check).
 * @param onDamaged called with SQLite's message
 * @returns a function that stops the checks
 */
export function watchIntegrity(path: string, clock: Clock, onDamaged: (finding: string) => void): () => void {
  let worker: Worker | null = null
  let cancelTimer = clock.after(FIRST_CHECK_MS, check)

  function check(): void {
    worker = new Worker(WORKER, { workerData: path })
    worker.once('message', (finding: string) => {
      if (finding !== 'ok') onDamaged(finding)
    })
    // The check could not run, for lack of memory for example; the next one is tomorrow. The listener stays until the
    // thread ends: closing the database locks its file for a moment, and an error without a listener ends the process.
    worker.once('error', () => undefined)
    worker.once('exit', () => {
      worker = null
    })
    cancelTimer = clock.after(INTERVAL_MS, check)
  }

  return () => {
    cancelTimer()
    worker?.removeAllListeners('message')
    void worker?.terminate()
  }
}
