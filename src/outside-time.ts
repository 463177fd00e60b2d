import type { Clock } from './domain.ts'

/** The largest difference between HelpCrunch's clock and ours before ours is doubted. */
const MOST_APART_MS = 60 * 60_000

/**
 * The time of day by HelpCrunch's answers. This machine's clock alone never causes a deletion or a final refusal of a
 * webhook: it may be wrong by days, and only for a moment.
 */
export interface OutsideTime {
  /**
   * Records the time in an answer.
   * @param date the answer's `Date` header, in milliseconds since the epoch
   */
  readonly note: (date: number) => void
  /** Whether our clock agrees; `not heard`: no answer has arrived, as on an instance that decides for no account. */
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
