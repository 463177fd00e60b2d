import type { Clock } from '../domain.ts'

/** The failures that an address may make at once; after these, one more every six seconds. */
const MAX_FAILURES = 10
const REFILL_MS = 6000
/** The most addresses, about 2 MB. The one that failed longest ago is dropped first. */
const MAX_ADDRESSES = 10_000

/**
 * Counts failures by address. It never sees successful requests, so a valid sender costs nothing and is never slowed.
 */
export interface Throttle {
  /**
   * Counts a failure.
   * @returns seconds until the address may try again; `null`: it has not failed too often
   */
  fail(address: string): number | null
  /** The same, without counting. */
  waitSeconds(address: string): number | null
}

interface Bucket {
  failuresLeft: number
  filledAt: number
}

/** A token bucket for each address, in monotonic time: setting the clock neither bars nor frees an address. */
export function createThrottle(clock: Clock): Throttle {
  const buckets = new Map<string, Bucket>()

  function bucketOf(address: string): Bucket {
    const now = clock.monotonic()
    const { failuresLeft, filledAt } = buckets.get(address) ?? { failuresLeft: MAX_FAILURES, filledAt: now }
    return { failuresLeft: Math.min(MAX_FAILURES, failuresLeft + (now - filledAt) / REFILL_MS), filledAt: now }
  }

  function secondsUntilFree({ failuresLeft }: Bucket): number | null {
    return failuresLeft >= 1 ? null : Math.max(1, Math.ceil(((1 - failuresLeft) * REFILL_MS) / 1000))
  }

  return {
    fail(address) {
      const bucket = bucketOf(address)
      const waitSeconds = secondsUntilFree(bucket)
      if (waitSeconds === null) bucket.failuresLeft -= 1
      // Moves the address to the end: the one that failed longest ago is first.
      buckets.delete(address)
      const [oldest] = buckets.keys()
      if (buckets.size >= MAX_ADDRESSES && oldest !== undefined) buckets.delete(oldest)
      buckets.set(address, bucket)
      return waitSeconds
    },
    waitSeconds: (address) => (buckets.has(address) ? secondsUntilFree(bucketOf(address)) : null),
  }
}
