import type { AgentCache } from './agent-cache.ts'
import type { Database, Tx } from './schema.ts'

/** Runs `work` in one transaction, and tells the cache how it ended. */
export async function inTransaction<T>(db: Database, cache: AgentCache, work: (tx: Tx) => Promise<T>): Promise<T> {
  let transaction: Tx | null = null
  let isCommitted = false
  try {
    const result = await db.transaction().execute((tx) => {
      transaction = tx
      return work(tx)
    })
    isCommitted = true
    return result
  } finally {
    if (transaction !== null) cache.finish(transaction, isCommitted)
  }
}
