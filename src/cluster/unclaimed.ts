import type { AccountId, Clock } from '../domain.ts'
import type { Leases } from '../store/contract.ts'

const LOOK_EVERY_MS = 2000

/**
 * Accounts that stay free: a copy that lives cannot serve them, for its accounts or routing file is another one. Whoever can
 * takes them beyond its part, until the number of copies changes.
 */
export function watchOrphans(leases: Leases, clock: Clock) {
  let adopted = new Set<AccountId>()
  let seenFree = new Set<AccountId>()
  let lastCopies = 0
  let nextLookAt = -Infinity

  return {
    isOurs: (id: AccountId): boolean => adopted.has(id),
    adopt(ids: readonly AccountId[]): void {
      for (const id of ids) adopted.add(id)
    },
    /** Another number of copies: everything is shared out anew. */
    recount(copies: number): void {
      if (copies !== lastCopies) adopted = new Set()
      lastCopies = copies
    },
    /** Which of these were free at the last look, and still are. */
    async find(accountIds: readonly AccountId[]): Promise<AccountId[]> {
      if (!leases.isShared || accountIds.length === 0 || clock.monotonic() < nextLookAt) return []
      nextLookAt = clock.monotonic() + LOOK_EVERY_MS
      const free = await leases.free(accountIds)
      const orphans = free.filter((id) => seenFree.has(id))
      seenFree = new Set(free)
      return orphans
    },
  }
}
