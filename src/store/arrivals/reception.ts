import { sql } from 'kysely'
import type { ChatPolicy } from '../../decision.ts'
import type { AccountId, Clock } from '../../domain.ts'
import type { AgentCache } from '../agents/agent-cache.ts'
import { applyEvents } from './apply.ts'
import type { Change } from '../contract.ts'
import type { Engine } from '../engines/engine.ts'
import { createGroupCommit } from './group-commit.ts'
import type { Health } from '../health.ts'
import { leaveInInbox, storeEvents, type Arrived } from './inbox.ts'
import type { Database, Tx } from '../schema.ts'
import type { TxScope } from '../scope.ts'

/** Whoever sends a webhook does not wait for long. */
const RETRY_WITHIN_MS = 1000

/** An event, and what is to become of it once it is stored. */
interface Arriving extends Arrived {
  readonly policy: () => ChatPolicy
  readonly cache: AgentCache
  readonly announce: (change: Change) => void
}

export interface Reception {
  add(event: Omit<Arriving, 'receivedAt'>): Promise<'accepted' | 'duplicate'>
  /** Resolves when all that were added are stored. */
  settled(): Promise<void>
}

/**
 * Stores events, of all accounts that wait at that moment in one commit. Where this process is the only one, what follows
 * from them is in the same commit; else they are left for the copy that decides, and nobody's lock is waited for.
 */
export function createReception(parts: {
  db: Database
  engine: Engine
  health: Health
  clock: Clock
  /** Something was left for the copy that decides for this account. */
  onLeft: (accountId: AccountId) => void
}): Reception {
  const { db, engine, health, clock } = parts

  const group = createGroupCommit(async (arriving: readonly Arriving[]) => {
    const { stored, follow } = await health.answer(() => tryAgain(() => commit(arriving)), true)
    health.noteWritten()
    for (const tell of follow) tell()
    return stored
  })

  function commit(arriving: readonly Arriving[]) {
    return db.transaction().execute(async (tx) => {
      const stored = await storeEvents(tx, engine, arriving)
      // What is a duplicate may be on no standby yet: this commit is to wait for it as the first one was.
      if (engine.isShared && stored.includes('duplicate')) await writeSomething(tx)
      const accepted = arriving.filter((_each, index) => stored[index] === 'accepted')
      const follow: (() => void)[] = []
      if (accepted.length === 0) return { stored, follow }
      if (engine.isShared) {
        await leaveInInbox(tx, engine, accepted)
        follow.push(() => tellOf(accepted))
      } else for (const events of byAccount(accepted)) follow.push(await apply(tx, events))
      return { stored, follow }
    })
  }

  /**
   * Once more where a shared database refused at once: an ended connection or a deadlock is no outage. What the first try did
   * store after all, the second finds to be a duplicate.
   */
  async function tryAgain<T>(work: () => Promise<T>): Promise<T> {
    const startedAt = clock.monotonic()
    try {
      return await work()
    } catch (error) {
      const isSoon = clock.monotonic() - startedAt < RETRY_WITHIN_MS
      if (engine.isShared && isSoon && engine.isRefusal(error)) return work()
      throw error
    }
  }

  async function apply(tx: Tx, arriving: readonly Arriving[]): Promise<() => void> {
    const [{ accountId, policy, cache, announce }] = arriving as [Arriving]
    const scope: TxScope = { db: tx, accountId, engine, touched: new Set() }
    const change = await applyEvents(scope, arriving, clock.now(), policy())
    return () => {
      cache.finish(scope, true)
      announce(change)
    }
  }

  function tellOf(arriving: readonly Arriving[]): void {
    for (const accountId of new Set(arriving.map((each) => each.accountId))) parts.onLeft(accountId)
  }

  return {
    add: (event) => group.add({ ...event, receivedAt: clock.now() }),
    settled: group.settled,
  }
}

/** A commit that has written nothing waits for nobody (postgresql.org/docs/current/warm-standby.html, synchronous replication). */
async function writeSomething(tx: Tx): Promise<void> {
  await sql`select pg_logical_emit_message(true, 'autoassign', '')`.execute(tx)
}

function byAccount(arriving: readonly Arriving[]): Iterable<readonly Arriving[]> {
  return Map.groupBy(arriving, ({ accountId }) => accountId).values()
}
