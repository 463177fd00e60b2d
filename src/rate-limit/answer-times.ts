import type { Clock } from '../domain.ts'

const TURN_MS = 60_000

export interface AnswerTimes {
  /** Records how long an answer took. */
  note(ms: number): void
  /** The fastest answer's time; 0 without an answer. */
  fastestMs(): number
  slowestMs(): number
}

/** Tracks the shortest and the longest time to an answer in this minute and the previous one. */
export function createAnswerTimes(clock: Clock): AnswerTimes {
  const none = { fastestMs: Infinity, slowestMs: 0 }
  let current = none
  let previous = none
  let turnedAt = clock.monotonic()
  return {
    note(ms) {
      if (clock.monotonic() - turnedAt >= TURN_MS) {
        previous = current
        current = none
        turnedAt = clock.monotonic()
      }
      current = { fastestMs: Math.min(current.fastestMs, ms), slowestMs: Math.max(current.slowestMs, ms) }
    },
    fastestMs() {
      const ms = Math.min(current.fastestMs, previous.fastestMs)
      return ms === Infinity ? 0 : ms
    },
    slowestMs: () => Math.max(current.slowestMs, previous.slowestMs),
  }
}
