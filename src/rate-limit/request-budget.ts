import type { Logger } from 'pino'
import type { Clock, LearnedBurst } from '../domain.ts'
import { createBurstLimit, type BurstPlace } from './burst-limit.ts'
import { createRateWindow } from './rate-window.ts'
import { createSharedLimit } from './shared-limit.ts'

/** At first so many requests are under way at once; each that gets through allows one more, until the limit itself fits. */
const FIRST_UNDER_WAY = 6
const MOST_UNDER_WAY = 600
/** The limit fits as long as answers take no longer than this. */
const SLOWEST_ANSWER_MINUTES = 6 / 60
const MINUTE_MS = 60_000
const SHARED =
  'HelpCrunch refused although we keep RATE_LIMIT_PER_MINUTE (in ACCOUNTS_FILE: requestsPerMinute): another program uses the account, or its limit is lower; fewer requests are sent'

/** A request's place in the account's budget, reserved when it is decided that it may leave. */
interface BudgetPlace {
  /** From now on it counts, whatever becomes of the request. */
  depart(): void
  /** @param areOthersWaiting whether requests wait for the limit */
  passed(areOthersWaiting: boolean): void
  /** HelpCrunch answered 429. @param holdMs for how long nothing leaves now */
  refused(holdMs: number): void
  /** The request is over, or nothing was sent after all. */
  release(): void
}

/** When a request may leave, as far as the account's limit is concerned, and what the answers teach about that limit. */
export interface RequestBudget {
  /** How long until a request may leave: 0 for now, `Infinity` while only an answer can tell. */
  waitMs(): number
  /** How many requests may be under way at once. */
  maxUnderWay(): number
  reserve(): BudgetPlace
}

/**
 * Three limits at once: the rate window (so many in any minute), the burst limit (so many at once), and the shared limit (what
 * another program leaves of the account). A refusal is explained by the burst before it, or else by jitter when it is the only
 * one for long, or else by another program.
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
  // What an earlier run sent in its last minute need not be tried again.
  let underWay = mostUnderWay(sentAgoMs.length)
  let refusedAt = -Infinity

  /** What was sent before the last refusal was heard met the same full bucket: its refusal is no news. */
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

/** How many are under way when so many leave in a minute and answers are slow. */
function mostUnderWay(perMinute: number): number {
  return Math.min(MOST_UNDER_WAY, Math.max(FIRST_UNDER_WAY, Math.ceil(perMinute * SLOWEST_ANSWER_MINUTES)))
}
