import type { Clock, LearnedBurst } from '../domain.ts'

/** The share of a burst that got through which is used from then on: the rest is for jitter on the way. */
const SAFE_SHARE = 0.8
const TRY_LARGER_AFTER_MS = 24 * 60 * 60_000
/** A refusal at the steady rate within this time after a refused burst: the burst was not the cause. */
const DOUBT_MS = 60_000

export interface BurstMemory {
  /** How many requests may leave at once: the whole limit, unless something smaller was learned. */
  burst(): number
  /** Whether the account's bucket is known to hold less than a minute's requests. */
  isSmaller(): boolean
  /** The account let `letThrough` requests through beyond the steady rate, and refused the next. */
  learn(letThrough: number): void
  /** Doubles the burst once a day, to try whether the account accepts more. */
  tryLarger(): void
  /** Undoes what was learned in the last minute: another program's requests were the cause, not our burst. */
  unlearn(): void
}

/**
 * Remembers how large a burst the account accepts.
 * @param parts.onLearned called to store what was learned
 */
export function createBurstMemory(parts: {
  limitPerMinute: number
  learned: LearnedBurst | null
  onLearned: (learned: LearnedBurst) => void
  clock: Clock
}): BurstMemory {
  const { limitPerMinute, clock } = parts
  let current = parts.learned ?? { burst: limitPerMinute, learnedAt: 0 }
  let before: { readonly learned: LearnedBurst; readonly until: number } | null = null

  function keep(learned: LearnedBurst): void {
    current = learned
    parts.onLearned(learned)
  }

  const burst = () => Math.min(current.burst, limitPerMinute)

  return {
    burst,
    isSmaller: () => burst() < limitPerMinute,
    learn(letThrough) {
      const now = clock.monotonic()
      if (before === null || now > before.until) before = { learned: current, until: now + DOUBT_MS }
      keep({ burst: Math.max(1, Math.round(letThrough * SAFE_SHARE)), learnedAt: clock.now() })
    },
    tryLarger() {
      if (burst() >= limitPerMinute || clock.now() - current.learnedAt < TRY_LARGER_AFTER_MS) return
      keep({ burst: Math.min(limitPerMinute, current.burst * 2), learnedAt: clock.now() })
    },
    unlearn() {
      if (before !== null && clock.monotonic() < before.until) keep(before.learned)
      before = null
    },
  }
}
