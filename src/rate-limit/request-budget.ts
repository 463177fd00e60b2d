import type { Logger } from 'pino'
import type { Clock, LearnedBurst } from '../domain.ts'
import { createBurstLimit, type BurstPlace } from './burst-limit.ts'
import { createRateWindow } from './rate-window.ts'
import { createSharedLimit } from './shared-limit.ts'

/**
 * How many requests may be under way at once at first. Each that gets through allows one more, up to what the limit
 * needs.
 */
const FIRST_UNDER_WAY = 6
const MOST_UNDER_WAY = 600
/** The slowest answer for which the requests under way still use the whole limit. */
const SLOWEST_ANSWER_MINUTES = 6 / 60
const MINUTE_MS = 60_000
const SHARED =
  'HelpCrunch refused although we keep RATE_LIMIT_PER_MINUTE (in ACCOUNTS_FILE: requestsPerMinute): another program uses the account, or its limit is lower; fewer requests are sent'

/** A request's place in the account's budget, reserved when the request is allowed to leave. */
interface BudgetPlace {
  /** From now on the request counts, whatever its result. */
  depart(): void
  /** @param areOthersWaiting whether requests wait for the limit */
  passed(areOthersWaiting: boolean): void
  /**
   * HelpCrunch answered 429.
   * @param holdMs for how long nothing leaves now
   */
  refused(holdMs: number): void
  /** The request has ended, or was not sent. */
  release(): void
}

/** When a request may leave by the account's limit, and what the answers teach about that limit. */
export interface RequestBudget {
  /** How long until a request may leave: 0 for now, `Infinity` if it depends on an answer under way. */
  waitMs(): number
  /** How many requests may be under way at once. */
  maxUnderWay(): number
  reserve(): BudgetPlace
}

/**
 * Combines three limits: the rate window (requests in any minute), the burst limit (requests at once), and the shared
 * limit (what another program leaves of the account). A refusal is explained first by the burst before it, then, if it
 * is the only one for long, by jitter, and else by another program.
 */
export function createRequestBudget(parts: {
  limitPerMinute: number
  /** How long ago the requests of an earlier run left. */
  sentAgoMs: readonly number[]
  learned: LearnedBurst | null
  onLearned: (learned: LearnedBurst) => void
  clock: Clock
  logger: Logger
}): RequestBudget {
  const { limitPerMinute, sentAgoMs, clock, logger } = parts
  const shared = createSharedLimit(limitPerMinute, clock, sentAgoMs)
  const sharedLimit = () => shared.perMinute()
  const window = createRateWindow(sharedLimit, clock, sentAgoMs)
  const burst = createBurstLimit({ ...parts, sharedLimit })
  // An earlier run has proven what it sent in its last minute.
  let underWay = mostUnderWay(sentAgoMs.length)
  let refusedAt = -Infinity

  /**
   * Finds the cause of a refusal. A request that was sent before the last refusal was known met the same full bucket:
   * its refusal is not news.
   */
  function explainRefusal(place: BurstPlace, sentAt: number, holdMs: number): void {
    if (sentAt <= refusedAt) return place.refusedToo()
    refusedAt = clock.monotonic()
    if (place.refused(holdMs, shared.isAlone())) return
    if (!shared.refused()) return burst.slowDown()
    burst.unlearn()
    logger.warn({ limitPerMinute: Math.floor(shared.perMinute()) }, SHARED)
  }

  function notePassed(place: BurstPlace, sentAt: number, isPressed: boolean): void {
    underWay = Math.min(underWay + 1, mostUnderWay(limitPerMinute))
    place.passed()
    const step = shared.passed(sentAt, isPressed)
    if (step === 0) return
    burst.grant(step)
    if (shared.perMinute() === limitPerMinute) logger.info('the whole limit is ours again')
  }

  return {
    waitMs: () => Math.max(window.waitMs(), burst.waitMs()),
    maxUnderWay() {
      if (shared.isRefusing()) return 1
      if (!shared.isTrying()) return underWay
      return Math.min(underWay, 1 + Math.floor((shared.perMinute() * window.slowestAnswerMs()) / MINUTE_MS))
    },
    reserve() {
      const inWindow = window.reserve()
      const inBurst = burst.take()
      let sentAt = NaN
      let isLast = false
      return {
        depart() {
          inWindow.depart()
          sentAt = clock.monotonic()
          isLast = window.used() >= Math.ceil(shared.perMinute())
        },
        passed: (areOthersWaiting) => notePassed(inBurst, sentAt, isLast && areOthersWaiting),
        refused: (holdMs) => explainRefusal(inBurst, sentAt, holdMs),
        release() {
          if (Number.isNaN(sentAt)) inBurst.giveBack()
          inWindow.release()
        },
      }
    },
  }
}

/** How many requests are under way when `perMinute` leave and answers are slow. */
function mostUnderWay(perMinute: number): number {
  return Math.min(MOST_UNDER_WAY, Math.max(FIRST_UNDER_WAY, Math.ceil(perMinute * SLOWEST_ANSWER_MINUTES)))
}
