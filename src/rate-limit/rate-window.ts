import type { Clock } from '../domain.ts'

const WINDOW_MS = 60_000
/** Our clock and HelpCrunch's do not tick at quite the same rate, and timers fire to the millisecond. */
const GUARD_MS = 25
/** Of an earlier run's requests only the decision's time is known: the database, a busy machine and the way come on top. */
const SEED_GUARD_MS = 2000

/** One request of the budget: reserved, perhaps used, and free again a minute after its answer. */
interface Place {
  /** From now on it counts, whatever becomes of the request. */
  depart(): void
  /** The answer is here, or nothing was sent after all. */
  release(): void
}

export interface RateWindow {
  /** How long until a request may leave: 0 for now, `Infinity` while only an answer can tell. */
  waitMs(): number
  /** How many requests of this minute left, or are about to. */
  used(): number
  reserve(): Place
}

/**
 * Allows `limit` requests in any sliding minute, as HelpCrunch sees them and not as we do. Requests that leave a minute
 * apart arrive less than a minute apart when the network jitters. But HelpCrunch counted a request before it answered:
 * a place that is taken when the request leaves, and free again one window after its answer came, can never be counted
 * twice in one window. It costs the round trip's share of a minute, and needs no guess at the jitter.
 *
 * Time is monotonic, so that setting the clock neither stops nor doubles the rate.
 * @param limit how many at this moment
 * @param sentAgoMs how long ago the requests of an earlier run left
 */
export function createRateWindow(limit: () => number, clock: Clock, sentAgoMs: readonly number[] = []): RateWindow {
  const freeAt = sentAgoMs
    .map((agoMs) => clock.monotonic() + WINDOW_MS + SEED_GUARD_MS - Math.min(Math.max(agoMs, 0), WINDOW_MS))
    .toSorted((a, b) => a - b)
  let first = 0
  let reserved = 0

  function dropExpired(): void {
    const now = clock.monotonic()
    while (first < freeAt.length && (freeAt[first] as number) <= now) first += 1
    if (first > 1000 && first * 2 > freeAt.length) {
      freeAt.splice(0, first)
      first = 0
    }
  }

  function used(): number {
    dropExpired()
    return reserved + freeAt.length - first
  }

  return {
    waitMs() {
      const surplus = used() + 1 - Math.ceil(limit())
      if (surplus <= 0) return 0
      const next = freeAt[first + surplus - 1]
      return next === undefined ? Infinity : next - clock.monotonic()
    },
    used,
    reserve() {
      let hasDeparted = false
      reserved += 1
      return {
        depart() {
          hasDeparted = true
        },
        release() {
          reserved -= 1
          // Answers come one after the other, so the list stays sorted.
          if (hasDeparted) freeAt.push(clock.monotonic() + WINDOW_MS + GUARD_MS)
        },
      }
    },
  }
}
