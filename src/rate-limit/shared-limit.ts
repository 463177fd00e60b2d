import type { Clock } from '../domain.ts'

const WINDOW_MS = 60_000
/** Of what was left for us when we were refused, this much is used from then on: the rest is for jitter. */
const SAFE_SHARE = 0.95
/** Refused again within the same minute: what is left is still shrinking, and gets smaller than it was. */
const SHRINKING_SHARE = 0.75
/** One refusal alone may come from a short rush of the other program. */
const LARGEST_CUT = 0.5
/** Jitter makes a request arrive too early now and then: a refusal is taken for that if so many got through since the last. */
const REQUESTS_BETWEEN_CHANCES = 50
/** What lasted is kept where a look for more was refused soon, and else raised by no more than this. */
const LOOK_IS_NEAR = 1.15
const LARGEST_STEP = 1.25
/**
 * A look for more costs a refusal if there is no more, so there is one in so many requests. But when the other program has
 * stopped, the limit is to be whole again within minutes.
 */
const REQUESTS_BETWEEN_LOOKS = 75
const MIN_LOOK_MS = 90_000
const MAX_LOOK_MS = 150_000
/** So many raises in a row double the next ones. */
const RAISES_TO_DOUBLE = 8
/** Without a refusal for so long, the whole limit is ours again. */
const FORGET_AFTER_MS = 10 * 60_000

export interface SharedLimit {
  /** How many requests a minute are ours now. */
  perMinute(): number
  /** Whether no other program is known to use the account, or has stopped for long. */
  isAlone(): boolean
  /** Whether nothing got through since the last refusal: the next request may well be refused, too. */
  isRefusing(): boolean
  /** Whether the limit was raised since the last refusal, and it is not known whether there is so much for long. */
  isTrying(): boolean
  /** @returns whether the limit is lower now: another program seems to use the account */
  refused(): boolean
  /**
   * A request got through.
   * @param sentAt when it left (monotonic)
   * @param isPressed it was the last one that the limit let leave, and others wait
   * @returns by how many requests a minute the limit was raised
   */
  passed(sentAt: number, isPressed: boolean): number
}

/**
 * How much of the account's limit is left for us. Every program that uses the account shares its limit, and HelpCrunch does
 * not tell how much the others use; but when requests are refused although we keep the limit, then what got through in
 * that minute is what was left. From then on nearly that is used, for a minute or two; then the limit is raised by one,
 * later by more, each time that a request which left after the last raise got through, until one is refused again or all
 * is ours.
 * @param sentAgoMs how long ago the requests of an earlier run left
 */
export function createSharedLimit(
  limitPerMinute: number,
  clock: Clock,
  sentAgoMs: readonly number[] = [],
): SharedLimit {
  let limit = limitPerMinute
  /** What lasted until the last look for more, and until the one before. */
  let proven = limitPerMinute
  let provenBefore: number | null = null
  let refusedAt = -Infinity
  let passedSinceRefusal = REQUESTS_BETWEEN_CHANCES
  let raisedAt = -Infinity
  let raises = 0
  let isRefusing = false
  /** When those of the last minute got through. */
  let passedAt = sentAgoMs.map((agoMs) => clock.monotonic() - agoMs)

  const sinceRefusalMs = () => clock.monotonic() - refusedAt

  function untilLookMs(): number {
    return Math.min(Math.max(MIN_LOOK_MS, (REQUESTS_BETWEEN_LOOKS / proven) * WINDOW_MS), MAX_LOOK_MS)
  }

  function leftFor(used: number): number {
    if (raises > 0) return used < proven * LOOK_IS_NEAR ? proven : Math.min(used * SAFE_SHARE, proven * LARGEST_STEP)
    if (sinceRefusalMs() > WINDOW_MS) return used * SAFE_SHARE
    // What the look seemed to find was the beginning of a fixed minute, or a short pause of the others.
    if (provenBefore !== null) return provenBefore
    return used * SHRINKING_SHARE
  }

  function perMinute(): number {
    if (sinceRefusalMs() > FORGET_AFTER_MS) {
      limit = limitPerMinute
      raises = 0
    }
    return limit
  }

  const isAlone = () => perMinute() === limitPerMinute && raises === 0

  function lower(): void {
    passedAt = passedAt.filter((at) => at > clock.monotonic() - WINDOW_MS)
    const left = Math.max(1, raises > 0 ? proven : limit * LARGEST_CUT, Math.min(limit, leftFor(passedAt.length)))
    provenBefore = raises > 0 && left > proven ? proven : null
    limit = proven = left
    raises = 0
  }

  return {
    perMinute,
    isAlone,
    isRefusing: () => isRefusing,
    isTrying: () => raises > 0,
    refused() {
      const wasChance = isAlone() && passedSinceRefusal >= REQUESTS_BETWEEN_CHANCES
      passedSinceRefusal = 0
      if (wasChance) return false
      if (!isRefusing) lower()
      isRefusing = true
      refusedAt = clock.monotonic()
      return true
    },
    passed(sentAt, isPressed) {
      isRefusing = false
      passedSinceRefusal += 1
      passedAt.push(clock.monotonic())
      if (passedAt.length > 2 * limitPerMinute) passedAt = passedAt.slice(-limitPerMinute)
      if (limit >= limitPerMinute || sinceRefusalMs() < untilLookMs()) return 0
      if (sentAt < raisedAt || (!isPressed && raises === 0)) return 0
      const step = Math.min(limitPerMinute - limit, 2 ** Math.floor(raises / RAISES_TO_DOUBLE))
      raises += 1
      raisedAt = clock.monotonic()
      limit += step
      return step
    },
  }
}
