import type { Change } from './contract.ts'

export const NOTHING_CHANGED: Change = { hasWork: false, hasFreed: false }

/** What one transaction changed in two steps. */
export function merge(first: Change, second: Change): Change {
  return {
    hasWork: first.hasWork || second.hasWork,
    hasFreed: first.hasFreed || second.hasFreed,
    hasMissed: first.hasMissed === true || second.hasMissed === true,
    arrivals: [...(first.arrivals ?? []), ...(second.arrivals ?? [])],
    taken: [...(first.taken ?? []), ...(second.taken ?? [])],
  }
}
