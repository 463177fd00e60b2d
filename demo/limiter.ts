import type { Clock } from '../src/domain.ts'

/**
 * The kinds of limit that an account could have: HelpCrunch does not say which. `fixed`: so many in each minute of the
 * clock; `anchored`: the minute begins with its first request; `sliding`: so many in any sixty seconds; `bucket`: it holds
 * so many, and is refilled evenly.
 */
export type LimitKind = 'fixed' | 'anchored' | 'sliding' | 'bucket'

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
    case 'anchored':
      return anchoredWindow(limitPerMinute, clock)
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

function anchoredWindow(limit: number, clock: Clock): Limiter {
  let startedAt = -Infinity
  let used = 0
  return {
    take() {
      const now = clock.monotonic()
      if (now - startedAt >= WINDOW_MS) {
        startedAt = now
        used = 0
      }
      if (used >= limit) return startedAt + WINDOW_MS - now
      used += 1
      return 0
    },
  }
}

function slidingWindow(limit: number, clock: Clock): Limiter {
  /** When the last `limit` requests were let through: a ring, in which each replaces the one `limit` before it. */
  const takenAt: number[] = []
  let next = 0
  return {
    take() {
      const now = clock.monotonic()
      const freeAt = (takenAt[next] ?? -Infinity) + WINDOW_MS
      if (freeAt > now) return freeAt - now
      takenAt[next] = now
      next = (next + 1) % limit
      return 0
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
