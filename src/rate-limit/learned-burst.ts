import type { Clock, LearnedBurst } from '../domain.ts'

/** Of a burst that got through, this much is used from then on: the rest is for jitter on the way. */
const SAFE_SHARE = 0.8
const TRY_LARGER_AFTER_MS = 24 * 60 * 60_000
/** Refused at the steady rate so soon after a burst was refused: the burst was not the cause. */
const DOUBT_MS = 60_000

export interface BurstMemory {
  /** How many requests may leave at once: as many as the limit while nothing smaller was learned. */
  burst(): number
  /** Whether the account's bucket is known to hold less than a minute's requests. */
  isSmaller(): boolean
  /** The account let so many through beyond the steady rate, and refused the next. */
  learn(letThrough: number): void
  /** Once a day a burst twice as large is tried. */
  tryLarger(): void
  /** What was learned within the last minute was no burst of ours, but another program's requests. */
  unlearn(): void
}

/** Remembers how large a burst the account takes. @param parts.onLearned is called to have it stored */
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
