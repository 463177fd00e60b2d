import type { Clock, LearnedBurst } from '../domain.ts'
import { createBurstMemory } from './learned-burst.ts'

/**
 * Beyond the steady rate, so many requests more than ever got through may leave. Only these can be refused when the
 * account's bucket turns out to be smaller.
 */
const UNPROVEN = 4
/** So many requests may overtake another one on the way. */
const OVERTAKEN = 6
/** In front of a bucket of less than a quarter minute: a little less than the limit, so that it recovers from jitter. */
const SMALL_BURST_MINUTES = 1 / 4
const STEADY_SHARE = 0.975
/** Jitter took more than that: a little less again, for a while. */
const SLOWER_BY = 0.01
const SLOWEST_SHARE = 0.85
const SLOWER_FOR_MS = 10 * 60_000
/** After a refusal nothing leaves for so long at least: the account's bucket recovers, so that jitter finds it full. */
const RECOVERY_MS = 1000
/** Where the account is shared, the other program's requests leave room for bursts of so many minutes' requests only. */
const SHARED_BURST_MINUTES = 3 / 60
/** Waits shorter than this are rounding errors. */
const SHORTEST_WAIT_MS = 1e-6
const MINUTE_MS = 60_000

export interface BurstLimit {
  /** How long until the next request may leave. */
  waitMs(): number
  take(): BurstPlace
  /** Lets so many more leave at once. */
  grant(more: number): void
  /** A refusal had no other cause than jitter: what leaves at the steady rate leaves a little slower for a while. */
  slowDown(): void
  /** What was just learned was no burst of ours, but another program's requests. */
  unlearn(): void
}

/** One request, counted when it is about to leave. */
export interface BurstPlace {
  /** Nothing is sent after all. */
  giveBack(): void
  passed(): void
  /** It was refused, as others were that had left before that was known: this one teaches nothing. */
  refusedToo(): void
  /**
   * @param holdMs for how long nothing leaves now
   * @param isAlone whether no other program is known to use the account
   * @returns whether the burst before it explains the refusal; bursts are kept smaller from then on
   */
  refused(holdMs: number, isAlone: boolean): boolean
}

/**
 * Keeps bursts as small as the account takes them. A limit of 120 a minute may mean 120 at once, or ten and then two a
 * second: HelpCrunch does not say. What leaves at the steady rate suits every kind of limit. Beyond that a few at a time
 * are tried; what gets through is proven. A refusal tells how many were let through beyond the steady rate, and from then
 * on a bucket of four fifths of that decides what leaves.
 */
export function createBurstLimit(parts: {
  limitPerMinute: number
  /** How many requests a minute are ours at this moment. */
  sharedLimit: () => number
  clock: Clock
  /** How long ago the requests of an earlier run left, the latest last. */
  sentAgoMs: readonly number[]
  learned: LearnedBurst | null
  onLearned: (learned: LearnedBurst) => void
}): BurstLimit {
  const { clock, limitPerMinute } = parts
  const limitPerMs = limitPerMinute / MINUTE_MS
  const memory = createBurstMemory(parts)
  const isSmall = () => memory.burst() < limitPerMinute * SMALL_BURST_MINUTES
  /** What may leave at once. */
  let tokens = memory.isSmaller() ? 0 : limitPerMinute
  /** Requests that left beyond the steady rate: what the account's bucket must at least have held. */
  let excess = 0
  /** The largest excess that got through. */
  let proven = memory.isSmaller() ? memory.burst() : 0
  let slower = { share: STEADY_SHARE, until: -Infinity }
  const startedAt = clock.monotonic()
  let countedAt = startedAt - MINUTE_MS
  // The account's bucket is not full when the earlier run used it in the last minute.
  for (const agoMs of parts.sentAgoMs.toSorted((a, b) => b - a)) {
    count(startedAt - Math.min(Math.max(agoMs, 0), MINUTE_MS))
    excess += 1
    tokens = Math.max(0, tokens - 1)
  }

  function largestBurst(): number {
    const shared = parts.sharedLimit()
    if (shared >= limitPerMinute) return memory.burst()
    return Math.min(memory.burst(), Math.max(1, shared * SHARED_BURST_MINUTES))
  }

  function steadyShare(): number {
    return clock.monotonic() < slower.until ? slower.share : STEADY_SHARE
  }

  function refillPerMs(): number {
    const steady = isSmall() ? limitPerMs * steadyShare() : limitPerMs
    return Math.min(parts.sharedLimit() / MINUTE_MS, steady)
  }

  function count(now = clock.monotonic()): void {
    if (now <= countedAt) return
    tokens = Math.min(largestBurst(), tokens + (now - countedAt) * refillPerMs())
    excess = Math.max(0, excess - (now - countedAt) * limitPerMs)
    countedAt = now
  }

  /** The account does not count what it refuses. */
  function notCounted(): void {
    count()
    excess = Math.max(0, excess - 1)
  }

  /** Afterwards one request may leave, and no burst: what the account's bucket regained meanwhile is for jitter. */
  function pause(ms: number): void {
    tokens = 1
    excess = Math.max(0, excess - ms * limitPerMs)
    countedAt = clock.monotonic() + ms
  }

  /**
   * How many requests the account let through beyond the steady rate before it refused one that left as the `excess`-th;
   * `null` if it left at the steady rate, or if bursts are kept smaller than that already: the burst was not the cause.
   */
  function letThrough(atDeparture: number): number | null {
    if (Math.round(atDeparture) < 2) return null
    const most = Math.max(atDeparture - 1, proven - OVERTAKEN)
    return most < memory.burst() && memory.burst() > 1 ? most : null
  }

  return {
    waitMs() {
      count()
      const untilTokenMs = (1 - tokens) / refillPerMs()
      const untilProvenMs = (excess + 1 - proven - UNPROVEN) / limitPerMs
      const waitMs = Math.max(0, untilTokenMs, untilProvenMs) + countedAt - clock.monotonic()
      return waitMs < SHORTEST_WAIT_MS ? 0 : waitMs
    },
    take() {
      count()
      memory.tryLarger()
      tokens -= 1
      excess += 1
      const atDeparture = excess
      return {
        giveBack() {
          tokens = Math.min(largestBurst(), tokens + 1)
          excess = Math.max(0, excess - 1)
        },
        passed() {
          proven = Math.max(proven, atDeparture)
        },
        refusedToo: notCounted,
        refused(holdMs, isAlone) {
          notCounted()
          pause(Math.max(RECOVERY_MS, holdMs))
          const most = isAlone ? letThrough(atDeparture) : null
          if (most !== null) memory.learn(most)
          return most !== null
        },
      }
    },
    grant(more) {
      tokens = Math.min(largestBurst(), tokens + more)
    },
    slowDown() {
      if (!isSmall()) return
      const now = clock.monotonic()
      const share = now < slower.until ? Math.max(SLOWEST_SHARE, slower.share - SLOWER_BY) : STEADY_SHARE
      slower = { share, until: now + SLOWER_FOR_MS }
    },
    unlearn: memory.unlearn,
  }
}
