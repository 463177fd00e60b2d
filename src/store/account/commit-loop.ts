import type { AccountId } from '../../domain.ts'
import type { Batch } from '../commit/batch.ts'
import { createPending, type Pending } from './pending.ts'

/** Commits one batch after the other. What is added while one is under way goes into the next. */
export interface CommitLoop {
  /** What the next commit will write. */
  readonly pending: Pending
  /** Looks through all that is not committed yet. */
  isUncommitted(isIn: (pending: Pending) => boolean): boolean
  /** The rows of the inbox that were applied and are not deleted yet. */
  undeletedInboxIds(): ReadonlySet<number>
  /** Resolves when all that was applied until now is on the disk; rejects if it is not. */
  all(): Promise<void>
  /** Forgets what is not committed: callers that wait for it are told why. */
  drop(error: unknown): void
  /** Resolves when nothing is under way. */
  settled(): Promise<void>
}

/**
 * @param commit writes a batch
 * @param onCommitted before those who wait are told
 * @param onFailed what was applied since rests on what was not written: the caller drops its state
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
    // Requests that were read together are committed together, and so are those that come in answer to the last commit.
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
