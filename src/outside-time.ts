import type { Clock } from './domain.ts'

/** HelpCrunch's clock and ours may be so far apart before ours is doubted. */
const MOST_APART_MS = 60 * 60_000

/**
 * The time of day by HelpCrunch's answers. This machine's clock alone neither deletes anything nor refuses a webhook for good: it
 * may have been set wrong, by days, and for a moment only.
 */
export interface OutsideTime {
  /** @param date what an answer's `Date` header said, in milliseconds since the epoch */
  readonly note: (date: number) => void
  /** What it says of our clock; `not heard`: no answer came yet, as on an instance that decides for no account. */
  readonly verdict: () => 'agrees' | 'differs' | 'not heard'
}

export function createOutsideTime(clock: Clock): OutsideTime {
  let aheadOfMonotonic: number | null = null
  return {
    note: (date) => void (aheadOfMonotonic = date - clock.monotonic()),
    verdict() {
      if (aheadOfMonotonic === null) return 'not heard'
      const apartMs = Math.abs(clock.now() - (aheadOfMonotonic + clock.monotonic()))
      return apartMs <= MOST_APART_MS ? 'agrees' : 'differs'
    },
  }
}
