import type { AccountId } from '../../domain.ts'
import type { Batch } from '../commit/batch.ts'
import { createPending, type Pending } from './pending.ts'

/** Commits one batch after the other. Changes added during a commit go into the next one. */
export interface CommitLoop {
  /** The changes that the next commit writes. */
  readonly pending: Pending
  /** Whether a set of changes that is not committed yet fulfils the condition. */
  isUncommitted(isIn: (pending: Pending) => boolean): boolean
  /** The inbox rows that were applied and are not deleted yet. */
  undeletedInboxIds(): ReadonlySet<number>
  /** Resolves when all changes so far are on the disk; rejects if they are not written. */
  all(): Promise<void>
  /** Drops the changes of the next commit; callers that wait for it get the error. */
  drop(error: unknown): void
  /** Resolves when no commit is under way. */
  settled(): Promise<void>
}

/**
 * Creates the commit loop of an account.
 * @param commit writes a batch
 * @param onCommitted called before the callers that wait for the batch
 * @param onFailed called after a failed commit: later changes build on what was not written, so the caller drops its
 * state
 */
export function createCommitLoop(parts: {
  accountId: AccountId
  toBatch: (pending: Pending) => Batch
  commit: (batch: Batch) => Promise<void>
  onCommitted: (pending: Pending) => void
  onFailed: (error: unknown) => void
}): CommitLoop {
  const { accountId, toBatch, commit, onCommitted, onFailed } = parts
  let pending = createPending(accountId, kick)
  let underWay: Pending | null = null
  let running: Promise<void> | null = null

  function kick(): void {
    running ??= run()
  }

  async function run(): Promise<void> {
    // Waiting one turn of the event loop commits requests together that were read together, or that answer the last
    // commit.
    await nextTurn()
    while (!pending.isEmpty()) {
      const batch = pending
      underWay = batch
      pending = createPending(accountId, kick)
      try {
        await commit(toBatch(batch))
        onCommitted(batch)
        batch.resolve()
      } catch (error) {
        batch.reject(error)
        onFailed(error)
      }
      underWay = null
      await nextTurn()
    }
    running = null
  }

  return {
    get pending() {
      return pending
    },
    isUncommitted: (isIn) => isIn(pending) || (underWay !== null && isIn(underWay)),
    undeletedInboxIds: () => new Set([...pending.inboxIds(), ...(underWay?.inboxIds() ?? [])]),
    all: () => (pending.isEmpty() ? (underWay?.committed ?? Promise.resolve()) : pending.committed),
    drop(error) {
      const dropped = pending
      pending = createPending(accountId, kick)
      dropped.reject(error)
    },
    async settled() {
      await running
    },
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve))
}
