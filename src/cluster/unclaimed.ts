import type { AccountId, Clock } from '../domain.ts'
import type { Leases } from '../store/contract.ts'

const LOOK_EVERY_MS = 2000

/**
 * Accounts left unclaimed because a live instance has a different accounts or routing file. An instance that can serve
 * them takes them beyond its share, until the number of instances changes.
 */
export function watchUnclaimed(leases: Leases, clock: Clock) {
  let adopted = new Set<AccountId>()
  let seenFree = new Set<AccountId>()
  let lastInstances = 0
  let nextLookAt = -Infinity

  return {
    isAdopted: (id: AccountId): boolean => adopted.has(id),
    adopt(ids: readonly AccountId[]): void {
      for (const id of ids) adopted.add(id)
    },
    /** Forgets the adopted accounts when the number of instances changes: all accounts are divided again. */
    recount(instances: number): void {
      if (instances !== lastInstances) adopted = new Set()
      lastInstances = instances
    },
    /** The accounts that were free at the last look, and still are. */
    async find(accountIds: readonly AccountId[]): Promise<AccountId[]> {
      if (!leases.isShared || accountIds.length === 0 || clock.monotonic() < nextLookAt) return []
      nextLookAt = clock.monotonic() + LOOK_EVERY_MS
      const free = await leases.free(accountIds)
      const unclaimed = free.filter((id) => seenFree.has(id))
      seenFree = new Set(free)
      return unclaimed
    },
  }
}
