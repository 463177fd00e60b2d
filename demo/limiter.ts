import type { Clock } from '../src/domain.ts'

/** The kinds of limit that an account could have: HelpCrunch does not say which. */
export type LimitKind = 'fixed' | 'sliding' | 'bucket'

export interface Limiter {
  /** Counts a request: 0 if it is let through, else the milliseconds until one will be. */
  take(): number
}

const WINDOW_MS = 60_000

/** @param burst how much a bucket holds; a minute's worth if not said */
export function createLimiter(kind: LimitKind, limitPerMinute: number, clock: Clock, burst = limitPerMinute): Limiter {
  switch (kind) {
    case 'fixed':
      return fixedWindow(limitPerMinute, clock)
    case 'sliding':
      return slidingWindow(limitPerMinute, clock)
    case 'bucket':
      return bucket(limitPerMinute, burst, clock)
  }
}

function fixedWindow(limit: number, clock: Clock): Limiter {
  let window = -1
  let used = 0
  return {
    take() {
      const now = clock.monotonic()
      if (Math.floor(now / WINDOW_MS) !== window) {
        window = Math.floor(now / WINDOW_MS)
        used = 0
      }
      if (used < limit) {
        used += 1
        return 0
      }
      return (window + 1) * WINDOW_MS - now
    },
  }
}

function slidingWindow(limit: number, clock: Clock): Limiter {
  let taken: number[] = []
  return {
    take() {
      const now = clock.monotonic()
      taken = taken.filter((at) => at > now - WINDOW_MS)
      if (taken.length < limit) {
        taken.push(now)
        return 0
      }
      return (taken[0] ?? now) + WINDOW_MS - now
    },
  }
}

function bucket(limit: number, burst: number, clock: Clock): Limiter {
  const perMs = limit / WINDOW_MS
  let tokens = burst
  let filledAt = clock.monotonic()
  return {
    take() {
      const now = clock.monotonic()
      tokens = Math.min(burst, tokens + (now - filledAt) * perMs)
      filledAt = now
      if (tokens >= 1) {
        tokens -= 1
        return 0
      }
      return (1 - tokens) / perMs
    },
  }
}
