import type { Clock } from './domain.ts'

/** HelpCrunch's clock and ours may be so far apart before ours is doubted. */
const MOST_APART_MS = 60 * 60_000

/**
 * The time of day by HelpCrunch's answers. This machine's clock alone neither deletes anything nor refuses a webhook for good: it
 * may have been set wrong, by days, and for a moment only.
 */
export interface OutsideTime {
  /** @param date what an answer's `Date` header said, in milliseconds since the epoch */
  note(date: number): void
  /** Whether our clock agrees; `false` also where no answer was heard yet. */
  agrees(): boolean
}

export function createOutsideTime(clock: Clock): OutsideTime {
  let aheadOfMonotonic: number | null = null
  return {
    note: (date) => void (aheadOfMonotonic = date - clock.monotonic()),
    agrees() {
      if (aheadOfMonotonic === null) return false
      return Math.abs(clock.now() - (aheadOfMonotonic + clock.monotonic())) <= MOST_APART_MS
    },
  }
}
