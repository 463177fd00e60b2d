import type { AccountId } from '../../src/domain.ts'
import type { HeldLeases } from '../../src/store/leases.ts'
import type { Lease } from '../../src/store/lease-types.ts'

/** Which instances live, and which account is whose: what `src/store/leases.ts` keeps in PostgreSQL, with the same answers. */
export interface LeaseTable {
  /** Whether this lease is the one that stands. */
  holds(accountId: AccountId, lease: Lease | null): boolean
  /** The leases as one instance has them. @param ask carries out what the instance asks for, over its connection */
  of(ask: <T>(work: () => T) => Promise<T>): HeldLeases
}

export function createLeaseTable(now: () => number): LeaseTable {
  const aliveUntil = new Map<string, number>()
  const accounts = new Map<AccountId, { holder: string | null; fence: number }>()
  const freed = new Set<() => void>()
  let lastInstance = 0
  const isAlive = (instance: string): boolean => (aliveUntil.get(instance) ?? 0) > now()

  function rowOf(id: AccountId) {
    const row = accounts.get(id) ?? { holder: null, fence: 0 }
    accounts.set(id, row)
    return row
  }

  function free(ids: Iterable<AccountId>, holder: string): void {
    for (const id of ids) {
      const row = rowOf(id)
      if (row.holder === holder) row.holder = null
    }
    for (const listener of freed) listener()
  }

  return {
    holds(id, lease) {
      const { holder, fence } = rowOf(id)
      return lease !== null && lease.holder === holder && lease.fence === fence
    },
    of(ask) {
      const held = new Map<AccountId, Lease>()
      let self = ''
      const isFree = (id: AccountId): boolean => {
        const { holder } = rowOf(id)
        return holder === null || !isAlive(holder)
      }
      return {
        isShared: true,
        of: (id) => held.get(id) ?? null,
        async join(livesMs) {
          lastInstance += 1
          const before = self
          self = `instance ${lastInstance}`
          held.clear()
          const name = self
          await ask(() => {
            aliveUntil.delete(before)
            aliveUntil.set(name, now() + livesMs)
          })
        },
        renew: (livesMs) =>
          ask(() => {
            if (!isAlive(self)) return null
            aliveUntil.set(self, now() + livesMs)
            return { now: now(), instances: [...aliveUntil.keys()].filter(isAlive).length }
          }),
        async take(ids, most) {
          const taker = self
          const taken = await ask(() =>
            ids
              .filter((id) => isFree(id) || rowOf(id).holder === taker)
              .slice(0, most)
              .map((id) => {
                const row = rowOf(id)
                row.holder = taker
                row.fence += 1
                return { id, fence: row.fence }
              }),
          )
          if (taker !== self) return []
          for (const { id, fence } of taken) held.set(id, { holder: taker, fence })
          return taken.map(({ id }) => id)
        },
        free: (ids) => ask(() => ids.filter(isFree)),
        async compare() {
          const asker = self
          const rows = await ask(() =>
            [...accounts].filter(([, { holder }]) => holder === asker).map(([id, { fence }]) => ({ id, fence })),
          )
          if (asker !== self) return null
          const isKnown = ({ id, fence }: { id: AccountId; fence: number }) => held.get(id)?.fence === fence
          return {
            ours: rows.filter(isKnown).map(({ id }) => id),
            unknown: rows.filter((row) => !isKnown(row)).map(({ id }) => id),
          }
        },
        async release(ids) {
          for (const id of ids) held.delete(id)
          await ask(() => free(ids, self))
        },
        async leave() {
          held.clear()
          await ask(() => {
            free(accounts.keys(), self)
            aliveUntil.delete(self)
          })
        },
        onFreed: (listener) => void freed.add(listener),
      }
    },
  }
}
