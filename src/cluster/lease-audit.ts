import type { AccountId, Clock } from '../domain.ts'
import type { Leases } from '../store/contract.ts'

const COMPARE_EVERY_MS = 2000

/**
 * Finds what the database and this copy do not agree on, however that came about, such as by answers that were lost. What only
 * one of them has as this copy's would be nobody's.
 */
export function watchAgreement(leases: Leases, clock: Clock) {
  let compareAt = -Infinity

  return {
    /** Something may have gone wrong: it is compared the next time. */
    doubt(): void {
      compareAt = -Infinity
    },
    /**
     * @param held what this copy has; nothing is being taken or given back meanwhile
     * @returns `lost`: what it has, and the database does not; `stray`: the other way round
     */
    async compare(held: ReadonlySet<AccountId>): Promise<{ lost: AccountId[]; stray: AccountId[] }> {
      if (clock.monotonic() < compareAt) return { lost: [], stray: [] }
      const found = await leases.compare()
      compareAt = clock.monotonic() + COMPARE_EVERY_MS
      if (found === null) return { lost: [], stray: [] }
      const ours = new Set(found.ours)
      return {
        lost: [...held].filter((id) => !ours.has(id)),
        stray: [...found.unknown, ...found.ours.filter((id) => !held.has(id))],
      }
    },
  }
}
