import type { Clock } from '../domain.ts'
import { createAnswerTimes } from './answer-times.ts'

const WINDOW_MS = 60_000
/**
 * A margin for the difference in speed between our clock and HelpCrunch's, and for timers that fire to the millisecond.
 */
const GUARD_MS = 25
/**
 * A margin for an earlier run's requests, of which only the time of the decision is known: the database, a busy machine
 * and the network add to that.
 */
const SEED_GUARD_MS = 2000
/** The share of the fastest answer's time that counts as certain: another answer may be faster still. */
const SURE_SHARE = 0.9

/** One request's place in the window: reserved, perhaps used, and free again a minute after it was counted. */
interface Place {
  /** From now on the request counts, whatever its result. */
  depart(): void
  /** The answer has arrived, or the request was not sent. */
  release(): void
}

export interface RateWindow {
  /** How long until a request may leave: 0 for now, `Infinity` if it depends on an answer under way. */
  waitMs(): number
  /** How many requests of this minute have left or are about to leave. */
  used(): number
  /** The slowest answer's time in this minute and the previous one. */
  slowestAnswerMs(): number
  reserve(): Place
}

/**
 * Allows `limit` requests in any sliding minute, as HelpCrunch counts them. With network jitter, requests that leave a
 * minute apart can arrive less than a minute apart. But HelpCrunch counted a request before it answered, and counts the
 * next one no sooner than the fastest way there takes. So a place is free again one window after its answer, less the
 * time of the fastest recent answer: HelpCrunch can never count it twice in one window. The cost is the time that an
 * answer took beyond the fastest one, and no guess at the jitter is needed. Time is monotonic, so that setting the
 * clock neither stops nor doubles the rate.
 * @param limit how many requests are allowed at this moment
 * @param sentAgoMs how long ago the requests of an earlier run left
 */
export function createRateWindow(limit: () => number, clock: Clock, sentAgoMs: readonly number[] = []): RateWindow {
  /** When the earlier run's requests left, followed by the times of our answers. */
  const takenAt = sentAgoMs
    .map((agoMs) => clock.monotonic() - Math.min(Math.max(agoMs, 0), WINDOW_MS))
    .toSorted((a, b) => a - b)
  let seeds = takenAt.length
  const answerTimes = createAnswerTimes(clock)
  /** The places before this index are free again. */
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
