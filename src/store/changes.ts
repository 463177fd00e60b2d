import type { Change } from '../core/contract.ts'

export const NOTHING_CHANGED: Change = { hasWork: false, hasFreed: false, observations: [], taken: [] }

/** What two inputs changed together. */
export function mergeChanges(first: Change, second: Change): Change {
  return {
    hasWork: first.hasWork || second.hasWork,
    hasFreed: first.hasFreed || second.hasFreed,
    observations: [...first.observations, ...second.observations],
    taken: [...first.taken, ...second.taken],
  }
}

export function isNothing({ hasWork, hasFreed, observations, taken }: Change): boolean {
  return !hasWork && !hasFreed && observations.length + taken.length === 0
}
