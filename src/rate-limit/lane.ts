import PQueue from 'p-queue'
import type { Logger } from 'pino'
import type { Clock, LearnedBurst, Meter, Outcome } from '../domain.ts'
import { LeaseLost } from '../store/contract.ts'
import { createBreaker } from './breaker.ts'
import type { Lane, Priority, Slot } from './contract.ts'
import { createPace, type Token } from './burst-limit.ts'
import { createRateWindow } from './rate-window.ts'
import { createShare } from './shared-limit.ts'

/** p-queue runs the higher number first. */
const P_QUEUE_PRIORITY: Record<Priority | 'overdue', number> = { overdue: 2, assignment: 1, background: 0 }
/** With a backlog that never ends, the background still gets a request through so often: one in sixty at 120 a minute. */
const BACKGROUND_PATIENCE_MS = 30_000
/** Enough for the full rate at a round trip of three seconds; few enough that a 429 finds few others under way. */
const MIN_CONCURRENCY = 6
const MAX_CONCURRENCY = 64
const SLOWEST_ROUND_TRIP_MINUTES = 3 / 60
const SHARED =
  'HelpCrunch refused although we keep RATE_LIMIT_PER_MINUTE (in ACCOUNTS_FILE: requestsPerMinute): another program uses the account, or its limit is lower; fewer requests are sent'

/**
 * p-queue orders and bounds what runs; the rate window, the pace and the breaker say when, by starting and pausing it. (Its own
 * strict mode reads the time of day, forgets its window with every restart and counts when requests leave, not when
 * they arrive: see docs/decisions/0003-request-lane.md.)
 */
export function openLane(parts: {
  limitPerMinute: number
  /** How long ago the requests of an earlier run left. */
  sentAgoMs: readonly number[]
  /** What an earlier run found out about bursts. */
  learned: LearnedBurst | null
  saveLearned: (learned: LearnedBurst) => Promise<void>
  /** How much longer HelpCrunch asked an earlier run to send nothing. */
  heldMs: number
  saveHeld: (delayMs: number) => Promise<void>
  /** A cheap call that shows whether HelpCrunch answers and takes the key. */
  probe: () => Promise<Outcome<unknown>>
  recordRequest: (sentAt: number) => Promise<void>
  /** Nobody else decides for the account by now. Looked at as each request leaves. */
  maySend: () => boolean
  clock: Clock
  random: () => number
  logger: Logger
  meter: Meter
}): Lane {
  const { clock, logger, meter } = parts
  const wanted = Math.ceil(parts.limitPerMinute * SLOWEST_ROUND_TRIP_MINUTES)
  const concurrency = Math.min(Math.max(MIN_CONCURRENCY, wanted), MAX_CONCURRENCY)
  const queue = new PQueue({ concurrency, autoStart: false })
  const share = createShare(parts.limitPerMinute, clock, parts.sentAgoMs)
  const window = createRateWindow(() => share.limit(), clock, parts.sentAgoMs)
  const pace = createPace({
    limitPerMinute: parts.limitPerMinute,
    share: () => share.limit(),
    clock,
    learned: parts.learned,
    isWarm: parts.sentAgoMs.length > 0,
    onLearned(learned) {
      logger.warn({ burst: learned.burst }, 'bursts are kept to what the account seems to take at once')
      parts.saveLearned(learned).catch((error: unknown) => logger.error({ err: error }, 'burst not stored'))
    },
  })
  const breaker = createBreaker({
    heldMs: parts.heldMs,
    onHeld: (delayMs) =>
      void parts.saveHeld(delayMs).catch((error: unknown) => logger.error({ err: error }, 'hold not stored')),
    clock,
    random: parts.random,
    logger,
    onChange: revise,
    onRecovered,
  })
  let cancelTimer = (): void => undefined
  const recoveryListeners: (() => void)[] = []
  let lastId = 0
  let probing: Promise<void> = Promise.resolve()
  let refusedAt = -Infinity
  let isClosing = false

  /** Starts or pauses the queue, as the window and the breaker have it. Called whenever either may have changed. */
  function revise(): void {
    cancelTimer()
    if (isClosing) return
    const waitMs = Math.max(window.waitMs(), pace.waitMs(), breaker.holdMs())
    if (waitMs > 0) {
      queue.pause()
      if (waitMs < Infinity) cancelTimer = clock.after(Math.ceil(waitMs), revise)
    } else if (breaker.isProbing()) {
      queue.pause()
      probing = probe()
    } else {
      queue.start()
    }
  }

  /** While HelpCrunch is known not to serve us, one cheap request at a time asks whether it does again. */
  async function probe(): Promise<void> {
    breaker.probeLeft()
    await occupy((slot) => record(slot, parts.probe)).catch((error: unknown) => {
      logger.error({ err: error }, 'probe could not be sent')
      breaker.observe({ kind: 'failed', reason: 'not sent' }, clock.monotonic())
    })
  }

  async function occupy<T>(task: (slot: Slot) => Promise<T>): Promise<T> {
    const place = window.reserve()
    const token = pace.take()
    let hasDeparted = false
    revise()
    try {
      return await task({
        async send(request) {
          if (!parts.maySend()) throw new LeaseLost('not sent: another copy may decide for this account by now')
          place.depart()
          hasDeparted = true
          const sentAt = clock.monotonic()
          const isLast = window.used() >= Math.ceil(share.limit())
          const outcome = await request()
          meter.request(outcome.kind, (clock.monotonic() - sentAt) / 1000)
          if (outcome.kind !== 'limited') notePassed(token, isLast)
          else if (sentAt > refusedAt) explainRefusal(token)
          queue.concurrency = share.isTrying() ? 1 : concurrency
          breaker.observe(outcome, sentAt)
          return outcome
        },
      })
    } finally {
      if (!hasDeparted) token.giveBack()
      place.release()
      revise()
    }
  }

  /** A refusal although the limit was kept: the burst was too large for the account, or somebody else uses it, too. */
  function explainRefusal(token: Token): void {
    refusedAt = clock.monotonic()
    const isWhole = share.limit() === parts.limitPerMinute
    if (token.refused() && isWhole) return
    pace.unlearn()
    share.refused()
    logger.warn({ limitPerMinute: Math.floor(share.limit()) }, SHARED)
  }

  function notePassed(token: Token, isLast: boolean): void {
    token.passed()
    const step = share.passed(isLast && queue.size > 0)
    if (step === 0) return
    pace.grant(step)
    if (share.limit() === parts.limitPerMinute) logger.info('the whole limit is ours again')
  }

  async function record<T>(slot: Slot, request: () => Promise<Outcome<T>>): Promise<Outcome<T>> {
    await parts.recordRequest(clock.now())
    return slot.send(request)
  }

  function run<T>(priority: Priority, task: (slot: Slot) => Promise<T>): Promise<T> {
    lastId += 1
    const id = String(lastId)
    const cancelPatience = priority === 'background' ? clock.after(BACKGROUND_PATIENCE_MS, () => hurry(id)) : null
    const start = () => {
      cancelPatience?.()
      return occupy(task)
    }
    const done = queue.add(start, { id, priority: P_QUEUE_PRIORITY[priority] })
    revise()
    return done
  }

  function hurry(id: string): void {
    if (!isClosing) queue.setPriority(id, P_QUEUE_PRIORITY.overdue)
  }

  function onRecovered(): void {
    for (const listener of recoveryListeners) listener()
  }

  return {
    run,
    onRecovered: (listener) => void recoveryListeners.push(listener),
    request: (priority, request) => run(priority, (slot) => record(slot, request)),
    obstacle: () => breaker.obstacle(),
    async close() {
      isClosing = true
      cancelTimer()
      queue.pause()
      queue.clear()
      await Promise.all([queue.onPendingZero(), probing])
    },
  }
}
