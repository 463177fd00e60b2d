import { setTimeout as delay } from 'node:timers/promises'
import type { BenchDatabase } from './database-server.ts'

const POLL_MS = 20
const LONGEST_MS = 120_000

/** Waits until nothing is left for the decider, and returns that moment, since 1970. */
export async function untilDrained(database: BenchDatabase): Promise<number> {
  return until(database, 'select 1 from inbox limit 1', ({ length }) => length === 0)
}

/** Repeats the query until the rows are as wanted. */
export async function until<Row extends object>(
  database: BenchDatabase,
  sql: string,
  isThere: (rows: readonly Row[]) => boolean,
): Promise<number> {
  const since = performance.now()
  for (;;) {
    if (isThere(await database.query<Row>(sql))) return performance.timeOrigin + performance.now()
    if (performance.now() - since > LONGEST_MS) throw new Error(`not in ${LONGEST_MS} ms: ${sql}`)
    await delay(POLL_MS)
  }
}
