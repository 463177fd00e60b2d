import { Worker } from 'node:worker_threads'
import type { Batch } from '../commit/batch.ts'
import type { PlainError } from './sqlite-file.ts'

/** A job for the writing thread. */
export type Job =
  | { readonly id: number; readonly kind: 'query'; readonly text: string; readonly values: readonly unknown[] }
  | { readonly id: number; readonly kind: 'commit'; readonly batches: readonly Batch[] }
  | { readonly id: number; readonly kind: 'close' }

export interface Answer {
  readonly id: number
  readonly result?: { readonly rows: readonly unknown[]; readonly changes: number } | null
  readonly error?: PlainError
}

/** Of all connections, one writes. */
export type Purpose = 'writes' | 'reads'

/** A connection to the embedded database in a thread of its own. */
export interface SqliteConnection {
  query(
    text: string,
    values: readonly unknown[],
  ): Promise<{ readonly rows: readonly unknown[]; readonly changes: number }>
  /** Writes several batches in one transaction. */
  commit(batches: readonly Batch[]): Promise<void>
  /** Runs `work` while no other work runs on the connection. */
  alone<T>(work: () => Promise<T>): Promise<T>
  close(): Promise<void>
}

const THREAD = new URL('./sqlite-thread.ts', import.meta.url)
/** The id of the thread's first answer: the database is open, or why it is not. */
const OPENED = 0
/** Small, because a thread holds only the rows of one commit or one answer at a time. */
const MAX_YOUNG_GENERATION_MB = 4

/**
 * Opens the database in a thread of its own.
 * @throws the error of `node:sqlite`, with its code, if the file cannot be opened
 */
export async function openConnection(path: string, purpose: Purpose): Promise<SqliteConnection> {
  const worker = new Worker(THREAD, {
    workerData: { path, purpose },
    resourceLimits: { maxYoungGenerationSizeMb: MAX_YOUNG_GENERATION_MB },
  })
  const waiting = new Map<number, { resolve: (answer: Answer) => void; reject: (error: Error) => void }>()
  let lastId = 0
  let ended: Error | null = null
  let last: Promise<unknown> = Promise.resolve()

  function end(error: Error): void {
    ended = error
    for (const { reject } of waiting.values()) reject(error)
    waiting.clear()
  }

  worker.on('message', (answer: Answer) => {
    const asked = waiting.get(answer.id)
    waiting.delete(answer.id)
    if (answer.error === undefined) asked?.resolve(answer)
    else asked?.reject(Object.assign(new Error(answer.error.message), answer.error))
  })
  worker.on('error', (error: Error) => end(Object.assign(error, { code: 'ERR_SQLITE_ERROR' })))
  worker.on('exit', () =>
    end(Object.assign(new Error(`the thread that ${purpose} the database has ended`), { code: 'ERR_SQLITE_ERROR' })),
  )

  function answerTo(id: number): Promise<Answer> {
    if (ended !== null) return Promise.reject(ended)
    return new Promise((resolve, reject) => void waiting.set(id, { resolve, reject }))
  }

  function ask(job: Job): Promise<Answer> {
    const answer = answerTo(job.id)
    // eslint-disable-next-line unicorn/require-post-message-target-origin -- that is for windows
    worker.postMessage(job)
    return answer
  }

  function alone<T>(work: () => Promise<T>): Promise<T> {
    const next = last.then(work)
    last = next.catch(() => undefined)
    return next
  }

  await answerTo(OPENED)
  return {
    async query(text, values) {
      const { result } = await ask({ id: (lastId += 1), kind: 'query', text, values })
      return result ?? { rows: [], changes: 0 }
    },
    async commit(batches) {
      await ask({ id: (lastId += 1), kind: 'commit', batches })
    },
    alone,
    async close() {
      await last
      await ask({ id: (lastId += 1), kind: 'close' })
      await worker.terminate()
    },
  }
}
