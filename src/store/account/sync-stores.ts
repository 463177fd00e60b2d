import { sortFound } from '../../core/chat-facts.ts'
import type { RosterStore, SearchStore } from '../contract.ts'
import type { StoreParts } from './store-parts.ts'

/** Stores what is read from HelpCrunch in the background: the roster and searches. */
export function createSyncStores(parts: StoreParts): RosterStore & SearchStore {
  const { holder, reads, isShared, hint, drain } = parts
  return {
    async saveRoster(roster, seenAt) {
      const { committed } = await holder.run(async (task) => {
        await task.apply({ kind: 'roster', roster, seenAt })
        return { committed: holder.commits.all() }
      })
      await committed
    },
    rosterSeenAt: () => reads.rosterSeenAt(),
    async reconcile(found, takenAt, openSince) {
      const { reconciled, committed } = await holder.run(async (task) => {
        if (isShared) for (let isAll = false; !isAll;) ({ isAll } = await drain(task))
        hint.isSet ||= !isShared
        const sorted = found.map((each) => sortFound(each, task.inForce.policy))
        const applied = await task.apply({ kind: 'page', found: sorted, takenAt, openSince })
        return { reconciled: applied.reconciled, committed: holder.commits.all() }
      })
      await committed
      return reconciled ?? { opened: 0, corrected: 0, leftAlone: 0 }
    },
    reconciledUntil: async () => (await reads.account()).searched_until,
    async saveReconciledUntil(until) {
      const { committed } = await holder.run((task) => {
        task.facts.searchedUntil = until
        task.pending.touchAccount()
        return Promise.resolve({ committed: task.pending.committed })
      })
      await committed
    },
  }
}
