import type { Clock, LearnedBurst } from '../domain.ts'

/** How much of a burst that was let through is used from then on: the rest is for jitter on the way. */
const SAFE_SHARE = 0.8
/** With fewer requests beyond the steady rate than this, a refusal says nothing about bursts. */
const SMALLEST_EVIDENCE = 3
/** So seldom is a larger burst tried again. */
const TRY_LARGER_AFTER_MS = 24 * 60 * 60_000

export interface Pace {
  /** How long until the next request may leave. */
  waitMs(): number
  /** Takes a token; `false` given back if nothing is sent after all. */
  take(): { giveBack(): void; refused(): void }
}

/**
 * Keeps bursts as small as the account takes them. A limit of 120 a minute may mean 120 at once, or ten and then two a
 * second: nobody says. At first all 120 are tried. A refusal tells how many were let through beyond the steady rate, and
 * from then on a bucket of four fifths of that paces what leaves.
 */
export function createPace(parts: {
  limitPerMinute: number
  clock: Clock
  learned: LearnedBurst | null
  /** Whether requests left in the minute before the start: then the account's bucket is not full. */
  isWarm: boolean
  onLearned: (learned: LearnedBurst) => void
}): Pace {
  const { clock, limitPerMinute } = parts
  const perMs = limitPerMinute / 60_000
  let burst = parts.learned?.burst ?? limitPerMinute
  let learnedAt = parts.learned?.learnedAt ?? 0
  let tokens = parts.isWarm && parts.learned !== null ? Math.min(1, burst) : burst
  /** Requests that left beyond the steady rate: what the account's bucket must at least have held. */
  let excess = 0
  let countedAt = clock.monotonic()

  function count(): void {
    const now = clock.monotonic()
    tokens = Math.min(burst, tokens + (now - countedAt) * perMs)
    excess = Math.max(0, excess - (now - countedAt) * perMs)
    countedAt = now
  }

  function learn(atDeparture: number): void {
    count()
    tokens = 0
    const letThrough = atDeparture - 1
    if (letThrough < SMALLEST_EVIDENCE || letThrough >= burst) return
    burst = Math.max(1, Math.floor(letThrough * SAFE_SHARE))
    learnedAt = clock.now()
    parts.onLearned({ burst, learnedAt })
  }

  function tryLarger(): void {
    if (burst >= limitPerMinute || clock.now() - learnedAt < TRY_LARGER_AFTER_MS) return
    burst = Math.min(limitPerMinute, burst * 2)
    learnedAt = clock.now()
    parts.onLearned({ burst, learnedAt })
  }

  return {
    waitMs() {
      count()
      return tokens >= 1 ? 0 : (1 - tokens) / perMs
    },
    take() {
      count()
      tryLarger()
      tokens -= 1
      excess += 1
      const atDeparture = excess
      return {
        giveBack() {
          tokens = Math.min(burst, tokens + 1)
          excess = Math.max(0, excess - 1)
        },
        refused: () => learn(atDeparture),
      }
    },
  }
}
