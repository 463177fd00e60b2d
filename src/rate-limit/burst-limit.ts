import type { Clock, LearnedBurst } from '../domain.ts'
import { createBurstMemory } from './learned-burst.ts'

/**
 * How many requests may leave beyond the largest burst that has got through. Only these can be refused if the account's
 * bucket turns out to be smaller.
 */
const UNPROVEN = 4
/** How many requests may overtake another one on the way. */
const OVERTAKEN = 6
/**
 * For a bucket smaller than this, the steady rate is a little below the limit, so that the bucket recovers from jitter.
 */
const SMALL_BURST_MINUTES = 1 / 4
const STEADY_SHARE = 0.975
/**
 * Each further refusal that only jitter explains, within `SLOWER_FOR_MS` of the last one, lowers the steady rate by
 * this.
 */
const SLOWER_BY = 0.01
const SLOWEST_SHARE = 0.85
const SLOWER_FOR_MS = 10 * 60_000
/** The shortest pause after a refusal: the account's bucket refills, so that it can absorb jitter. */
const RECOVERY_MS = 1000
/** On a shared account the other program's requests leave room only for bursts of this many minutes' requests. */
const SHARED_BURST_MINUTES = 3 / 60
/** Waits shorter than this are rounding errors. */
const SHORTEST_WAIT_MS = 1e-6
const MINUTE_MS = 60_000

export interface BurstLimit {
  /** How long until the next request may leave. */
  waitMs(): number
  take(): BurstPlace
  /** Lets `more` further requests leave at once. */
  grant(more: number): void
  /** Notes a refusal that only jitter explains: for small buckets, repeated ones lower the steady rate for a while. */
  slowDown(): void
  /** Undoes what was just learned: another program's requests were the cause, not our burst. */
  unlearn(): void
}

/** One request, counted from just before it leaves. */
export interface BurstPlace {
  /** The request was not sent. */
  giveBack(): void
  passed(): void
  /** The request was refused after it had left before an earlier refusal was known: it teaches nothing new. */
  refusedToo(): void
  /**
   * The request was refused.
   * @param holdMs for how long nothing leaves now
   * @param isAlone whether no other program is known to use the account
   * @returns whether the burst explains the refusal; then bursts are kept smaller from now on
   */
  refused(holdMs: number, isAlone: boolean): boolean
}

/**
 * Keeps bursts as small as the account accepts. A limit of 120 a minute may mean 120 at once, or ten and then two a
 * second: HelpCrunch does not say. Requests at the steady rate suit every kind of limit. Beyond that rate a few at a
 * time are tried, and what gets through is proven. A refusal shows how many the account let through beyond the steady
 * rate; from then on a bucket of four fifths of that limits the bursts.
 */
export function createBurstLimit(parts: {
  limitPerMinute: number
  /** Our share of the account's limit now, in requests a minute. */
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
  /** How many requests may leave at once. */
  let tokens = memory.isSmaller() ? 0 : limitPerMinute
  /** The requests that left beyond the steady rate. The account's bucket must have held at least these. */
  let excess = 0
  /** The largest excess that got through. */
  let proven = memory.isSmaller() ? memory.burst() : 0
  let slower = { share: STEADY_SHARE, until: -Infinity }
  const startedAt = clock.monotonic()
  let countedAt = startedAt - MINUTE_MS
  // If the earlier run sent requests in the last minute, the account's bucket is not full.
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

  /** Takes a refused request out of the count: the account does not count refusals. */
  function notCounted(): void {
    count()
    excess = Math.max(0, excess - 1)
  }

  /**
   * Stops requests for `ms`. Afterwards one request may leave and no burst: what the account's bucket regains is kept
   * for jitter.
   */
  function pause(ms: number): void {
    tokens = 1
    excess = Math.max(0, excess - ms * limitPerMs)
    countedAt = clock.monotonic() + ms
  }

  /**
   * How many requests the account let through beyond the steady rate before it refused the `excess`-th. `null`: the
   * burst was not the cause, because the request left at the steady rate, or because bursts are already smaller than
   * that.
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
