import type { AccountId, Clock } from '../domain.ts'
import type { Leases } from '../store/contract.ts'

const AUDIT_EVERY_MS = 2000

/**
 * Finds leases on which the database and this instance do not agree, such as after answers that were lost. An account that only
 * one of them counts as this instance's would be decided for by no instance.
 */
export function createLeaseAudit(leases: Leases, clock: Clock) {
  let auditAt = -Infinity

  return {
    /** Something may have gone wrong: the next audit is due at once. */
    expedite(): void {
      auditAt = -Infinity
    },
    /**
     * @param held the accounts that this instance has; none is being taken or released meanwhile
     * @returns `lost`: held here, and not in the database; `stray`: the other way round
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
