import type { Clock } from '../domain.ts'
import { createAnswerTimes } from './answer-times.ts'

const WINDOW_MS = 60_000
/** Our clock and HelpCrunch's do not tick at quite the same rate, and timers fire to the millisecond. */
const GUARD_MS = 25
/** Of an earlier run's requests only the decision's time is known: the database, a busy machine and the way come on top. */
const SEED_GUARD_MS = 2000
/** Of the fastest answer's time, this much is taken off: one may be faster still. */
const SURE_SHARE = 0.9

/** One request of the budget: reserved, perhaps used, and free again a minute after it was counted. */
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
  /** How long the slowest answer of this minute and the one before took. */
  slowestAnswerMs(): number
  reserve(): Place
}

/**
 * Allows `limit` requests in any sliding minute, as HelpCrunch sees them and not as we do. Requests that leave a minute
 * apart arrive less than a minute apart when the network jitters. But HelpCrunch counted a request before it answered,
 * and counts the next one no sooner than the fastest way there takes. So a place is free again one window after its
 * answer, less the time of the fastest answer of the last minutes: it can never be counted twice in one window. It costs
 * what the answer took longer than the fastest one, and needs no guess at the jitter.
 *
 * Time is monotonic, so that setting the clock neither stops nor doubles the rate.
 * @param limit how many at this moment
 * @param sentAgoMs how long ago the requests of an earlier run left
 */
export function createRateWindow(limit: () => number, clock: Clock, sentAgoMs: readonly number[] = []): RateWindow {
  /** When the answers came, and before them, when the requests of the earlier run left. */
  const takenAt = sentAgoMs
    .map((agoMs) => clock.monotonic() - Math.min(Math.max(agoMs, 0), WINDOW_MS))
    .toSorted((a, b) => a - b)
  let seeds = takenAt.length
  const answerTimes = createAnswerTimes(clock)
  /** Those before it are free again. */
  let first = 0
  let reserved = 0

  function freeAt(index: number): number {
    const guardMs = index < seeds ? SEED_GUARD_MS : GUARD_MS - answerTimes.fastestMs() * SURE_SHARE
    return (takenAt[index] as number) + WINDOW_MS + guardMs
  }

  function dropExpired(): void {
    const now = clock.monotonic()
    while (first < takenAt.length && freeAt(first) <= now) first += 1
    if (first > 1000 && first * 2 > takenAt.length) {
      takenAt.splice(0, first)
      seeds -= first
      first = 0
    }
  }

  function used(): number {
    dropExpired()
    return reserved + takenAt.length - first
  }

  return {
    waitMs() {
      const surplus = used() + 1 - Math.ceil(limit())
      if (surplus <= 0) return 0
      const next = first + surplus - 1
      return next < takenAt.length ? freeAt(next) - clock.monotonic() : Infinity
    },
    used,
    slowestAnswerMs: answerTimes.slowestMs,
    reserve() {
      let departedAt: number | null = null
      reserved += 1
      return {
        depart() {
          departedAt = clock.monotonic()
        },
        release() {
          reserved -= 1
          if (departedAt === null) return
          const now = clock.monotonic()
          answerTimes.note(now - departedAt)
          // Answers come one after the other, so the list stays sorted.
          takenAt.push(now)
        },
      }
    },
  }
}
