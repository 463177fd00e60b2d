import type { Clock, LearnedBurst } from '../domain.ts'

/** How much of a burst that was let through is used from then on: the rest is for jitter on the way. */
const SAFE_SHARE = 0.8
/** With fewer requests beyond the steady rate than this, a refusal says nothing about bursts. */
const SMALLEST_EVIDENCE = 3
/** So many may have overtaken it on the way. */
const OVERTAKEN = 6
/** So seldom is a larger burst tried again. */
const TRY_LARGER_AFTER_MS = 24 * 60 * 60_000
const SHARED_BURST_MINUTES = 3 / 60
/** Refused at the steady rate so soon after a burst was refused: it was not the burst. */
const DOUBT_MS = 60_000

export interface Pace {
  /** How long until the next request may leave. */
  waitMs(): number
  take(): Token
  /** Lets so many more leave at once. */
  grant(more: number): void
  /** What was just learned was no burst of ours, but somebody else's requests. */
  unlearn(): void
}

export interface Token {
  /** Nothing is sent after all. */
  giveBack(): void
  passed(): void
  /** @returns whether the burst before it explains the refusal, and is kept smaller from now on */
  refused(): boolean
}

/**
 * Keeps bursts as small as the account takes them. A limit of 120 a minute may mean 120 at once, or ten and then two a
 * second: nobody says. At first all 120 are tried. A refusal tells how many were let through beyond the steady rate, and
 * from then on a bucket of four fifths of that paces what leaves.
 */
export function createPace(parts: {
  limitPerMinute: number
  /** How many requests a minute are ours at this moment. */
  share: () => number
  clock: Clock
  learned: LearnedBurst | null
  /** Whether requests left in the minute before the start: then the account's bucket is not full. */
  isWarm: boolean
  onLearned: (learned: LearnedBurst) => void
}): Pace {
  const { clock, limitPerMinute } = parts
  const perMs = () => parts.share() / 60_000
  let burst = parts.learned?.burst ?? limitPerMinute
  let learnedAt = parts.learned?.learnedAt ?? 0
  let tokens = parts.isWarm && parts.learned !== null ? Math.min(1, burst) : burst
  /** Requests that left beyond the steady rate: what the account's bucket must at least have held. */
  let excess = 0
  let countedAt = clock.monotonic()
  /** The largest burst that got through. */
  let largest = 0
  let before: { readonly learned: LearnedBurst; readonly until: number } | null = null

  /** Where the account is shared, the others' requests leave no room for bursts. */
  function most(): number {
    const share = parts.share()
    return share < limitPerMinute ? Math.min(burst, Math.max(1, share * SHARED_BURST_MINUTES)) : burst
  }

  function count(): void {
    const now = clock.monotonic()
    tokens = Math.min(most(), tokens + (now - countedAt) * perMs())
    excess = Math.max(0, excess - ((now - countedAt) * limitPerMinute) / 60_000)
    countedAt = now
  }

  function learn(atDeparture: number): boolean {
    count()
    tokens = 0
    const letThrough = atDeparture - 1
    if (letThrough < Math.max(SMALLEST_EVIDENCE, largest - OVERTAKEN) || letThrough >= burst) return false
    const now = clock.monotonic()
    if (before === null || now > before.until) before = { learned: { burst, learnedAt }, until: now + DOUBT_MS }
    keep({ burst: Math.max(1, Math.floor(letThrough * SAFE_SHARE)), learnedAt: clock.now() })
    return true
  }

  function tryLarger(): void {
    if (burst >= limitPerMinute || clock.now() - learnedAt < TRY_LARGER_AFTER_MS) return
    keep({ burst: Math.min(limitPerMinute, burst * 2), learnedAt: clock.now() })
  }

  function keep(learned: LearnedBurst): void {
    burst = learned.burst
    learnedAt = learned.learnedAt
    parts.onLearned(learned)
  }

  return {
    waitMs() {
      count()
      return tokens >= 1 ? 0 : (1 - tokens) / perMs()
    },
    take() {
      count()
      tryLarger()
      tokens -= 1
      excess += 1
      const atDeparture = excess
      return {
        giveBack() {
          tokens = Math.min(most(), tokens + 1)
          excess = Math.max(0, excess - 1)
        },
        passed() {
          largest = Math.max(largest, atDeparture)
        },
        refused: () => learn(atDeparture),
      }
    },
    grant(more) {
      tokens = Math.min(most(), tokens + more)
    },
    unlearn() {
      if (before !== null && clock.monotonic() < before.until) keep(before.learned)
      before = null
    },
  }
}
