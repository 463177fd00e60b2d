import type { AgentCache } from './agents/agent-cache.ts'
import { LeaseLost, type Lease } from './contract.ts'
import type { Scope, TxScope } from './scope.ts'

/** Runs work in one transaction, which has the account for itself. */
export type InTransaction = <T>(work: (scope: TxScope) => Promise<T>) => Promise<T>

/**
 * Transactions of one account take turns, in this process and, by a lock on its row, in all. One at a time, so that a busy
 * account never has more than one of the connections.
 * @param lease what must still hold for the transaction to be written; `null`: whoever runs it needs none
 * @throws LeaseLost
 */
export function createInTransaction(
  { db, accountId, engine }: Scope,
  cache: AgentCache,
  lease: (() => Lease | null) | null,
): InTransaction {
  let last: Promise<unknown> = Promise.resolve()
  let lastLease: Lease | null = null

  async function enter(scope: TxScope, held: Lease | null): Promise<void> {
    const row = await scope.db
      .selectFrom('account')
      .select(['holder', 'fence'])
      .where('id', '=', accountId)
      .forUpdate()
      .executeTakeFirstOrThrow()
    if (lease === null) return
    if (held?.holder !== row.holder || held.fence !== row.fence) {
      throw new LeaseLost('another copy of this service decides for this account now')
    }
    // Since this copy last decided, another one may have. (Not by the fence: after a failover it may be the same once more.)
    if (held !== lastLease) cache.clear()
    lastLease = held
  }

  async function run<T>(work: (scope: TxScope) => Promise<T>, held: Lease | null): Promise<T> {
    let scope: TxScope | null = null
    let isCommitted = false
    try {
      const result = await db.transaction().execute(async (tx) => {
        scope = { db: tx, accountId, engine, touched: new Set() }
        if (engine.isShared) await enter(scope, held)
        return work(scope)
      })
      isCommitted = true
      return result
    } finally {
      if (scope !== null) cache.finish(scope, isCommitted)
    }
  }

  return (work) => {
    // As of now: while it waits, this copy may be replaced and take the account again, on other knowledge.
    const held = lease?.() ?? null
    const next = last.then(() => run(work, held))
    last = next.catch(() => undefined)
    return next
  }
}
