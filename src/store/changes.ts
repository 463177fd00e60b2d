import type { Change } from '../core/contract.ts'

/** What an applied input means for the queue. */
export type Work = Pick<Change, 'hasFreed'>

/** A change, for listeners. */
export interface Notice extends Change {
  /** An instance had to refuse webhooks: what they told must be searched for before anything is decided. */
  readonly hasMissed: boolean
}

export const NOTHING_CHANGED: Change = {
  hasWork: false,
  hasFreed: false,
  needsRoster: false,
  observations: [],
  taken: [],
}

/** The change after a failed commit: everything is looked at again. */
export const ALL_MAY_HAVE_CHANGED: Change = { ...NOTHING_CHANGED, hasWork: true, hasFreed: true }

/** The combined change of two inputs. */
export function mergeChanges(first: Change, second: Change): Change {
  return {
    hasWork: first.hasWork || second.hasWork,
    hasFreed: first.hasFreed || second.hasFreed,
    needsRoster: first.needsRoster || second.needsRoster,
    observations: [...first.observations, ...second.observations],
    taken: [...first.taken, ...second.taken],
  }
}

/** Whether a change is empty, so that no listener needs it. */
export function isNothing({ hasWork, hasFreed, needsRoster, observations, taken }: Change): boolean {
  return !hasWork && !hasFreed && !needsRoster && observations.length + taken.length === 0
}
