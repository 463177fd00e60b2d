import type { Clock } from '../domain.ts'

const WINDOW_MS = 60_000
/** The share of what another program left us that is used from then on: the rest is for jitter. */
const SAFE_SHARE = 0.95
/** The share after a second refusal within a minute: what is left is still shrinking. */
const SHRINKING_SHARE = 0.75
/** The largest cut by one refusal, which may come from a short rush of the other program. */
const LARGEST_CUT = 0.5
/**
 * A refusal counts as jitter, which makes a request arrive too early now and then, if this many requests got through
 * since the last refusal.
 */
const REQUESTS_BETWEEN_CHANCES = 50
/**
 * A refused look for more that reached less than this share of the proven limit keeps the proven limit; else it is
 * raised by `LARGEST_STEP` at most.
 */
const LOOK_IS_NEAR = 1.15
const LARGEST_STEP = 1.25
/**
 * The number of requests between two looks for more. A look costs a refusal if there is no more, so looks are rare; but
 * when the other program has stopped, the whole limit is to be back within minutes.
 */
const REQUESTS_BETWEEN_LOOKS = 75
const MIN_LOOK_MS = 90_000
const MAX_LOOK_MS = 150_000
/** After this many raises in a row, the step doubles. */
const RAISES_TO_DOUBLE = 8
/** After this long without a refusal, the whole limit is ours again. */
const FORGET_AFTER_MS = 10 * 60_000

export interface SharedLimit {
  /** Our share of the limit now, in requests a minute. */
  perMinute(): number
  /** Whether no other program is known to use the account, or it has stopped for long. */
  isAlone(): boolean
  /** Whether nothing has got through since the last refusal: the next request may be refused, too. */
  isRefusing(): boolean
  /** Whether the limit was raised since the last refusal, and may turn out to be too high. */
  isTrying(): boolean
  /**
   * A request was refused.
   * @returns whether this lowered the limit, because another program seems to use the account
   */
  refused(): boolean
  /**
   * A request got through.
   * @param sentAt when it left (monotonic)
   * @param isPressed the request was the last that the limit let leave, and others wait
   * @returns by how many requests a minute the limit was raised
   */
  passed(sentAt: number, isPressed: boolean): number
}

/**
 * Estimates how much of the account's limit is left for us. All programs that use the account share its limit, and
 * HelpCrunch does not tell how much the others use. But if requests are refused although we keep the limit, then what
 * got through in that minute is what was left. From then on nearly that much is used, for a minute or two. Then the
 * limit is raised by one, later by more, each time that a request which left after the last raise got through, until a
 * request is refused again or the whole limit is ours.
 * @param sentAgoMs how long ago the requests of an earlier run left
 */
export function createSharedLimit(
  limitPerMinute: number,
  clock: Clock,
  sentAgoMs: readonly number[] = [],
): SharedLimit {
  let limit = limitPerMinute
  /** The limit that held until the last look for more, and the one before it. */
  let proven = limitPerMinute
  let provenBefore: number | null = null
  let refusedAt = -Infinity
  let passedSinceRefusal = REQUESTS_BETWEEN_CHANCES
  let raisedAt = -Infinity
  let raises = 0
  let isRefusing = false
  /** When the requests of the last minute got through. */
  let passedAt = sentAgoMs.map((agoMs) => clock.monotonic() - agoMs)

  const sinceRefusalMs = () => clock.monotonic() - refusedAt

  function untilLookMs(): number {
    return Math.min(Math.max(MIN_LOOK_MS, (REQUESTS_BETWEEN_LOOKS / proven) * WINDOW_MS), MAX_LOOK_MS)
  }

  function leftFor(used: number): number {
    if (raises > 0) return used < proven * LOOK_IS_NEAR ? proven : Math.min(used * SAFE_SHARE, proven * LARGEST_STEP)
    if (sinceRefusalMs() > WINDOW_MS) return used * SAFE_SHARE
    // The look for more found only the beginning of a fixed minute, or a short pause of the other program.
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
