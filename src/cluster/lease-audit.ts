import type { AccountId, Clock } from '../domain.ts'
import type { Leases } from '../store/contract.ts'

const AUDIT_EVERY_MS = 2000

/**
 * Finds leases on which the database and this instance disagree, for example after lost answers. If only one of them
 * counts an account as this instance's, no instance decides for it.
 */
export function createLeaseAudit(leases: Leases, clock: Clock) {
  let auditAt = -Infinity

  return {
    /** Makes the next audit due at once, after a possible failure. */
    expedite(): void {
      auditAt = -Infinity
    },
    /**
     * @param held the accounts that this instance has; none is being taken or released meanwhile
     * @returns `lost`: held here, but not in the database; `stray`: the reverse
     */
    async run(held: ReadonlySet<AccountId>): Promise<{ lost: AccountId[]; stray: AccountId[] }> {
      if (clock.monotonic() < auditAt) return { lost: [], stray: [] }
      const found = await leases.compare()
      auditAt = clock.monotonic() + AUDIT_EVERY_MS
      if (found === null) return { lost: [], stray: [] }
      const ours = new Set(found.ours)
      return {
        lost: [...held].filter((id) => !ours.has(id)),
        stray: [...found.unknown, ...found.ours.filter((id) => !held.has(id))],
      }
    },
  }
}
