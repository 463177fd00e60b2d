import PQueue from 'p-queue'
import type { Logger } from 'pino'
import type { Clock, LearnedBurst, Meter, Outcome } from '../domain.ts'
import { LeaseLost } from '../store/contract.ts'
import { createBreaker } from './breaker.ts'
import type { Lane, Priority, Slot } from './contract.ts'
import { createRequestBudget } from './request-budget.ts'

/** p-queue runs the higher number first. */
const P_QUEUE_PRIORITY: Record<Priority | 'overdue', number> = { overdue: 2, assignment: 1, background: 0 }
/** Under a permanent backlog, one background request gets through this often: one in sixty at 120 a minute. */
const BACKGROUND_PATIENCE_MS = 30_000

/**
 * p-queue orders and limits the tasks; the request budget and the breaker start and pause it. (p-queue's own strict
 * mode reads the time of day, forgets its window at every restart and counts when requests leave, not when they arrive:
 * see docs/decisions/0003-request-lane.md.)
 */
export function openLane(parts: {
  limitPerMinute: number
  /** How long ago the requests of an earlier run left. */
  sentAgoMs: readonly number[]
  /** What an earlier run learned about bursts. */
  learned: LearnedBurst | null
  saveLearned: (learned: LearnedBurst) => Promise<void>
  /** The rest of a hold that HelpCrunch asked of an earlier run. */
  heldMs: number
  saveHeld: (delayMs: number) => Promise<void>
  /** A cheap call that shows whether HelpCrunch answers and accepts the key. */
  probe: () => Promise<Outcome<unknown>>
  recordRequest: (sentAt: number) => Promise<void>
  /** Whether this instance still decides for the account. Checked as each request leaves. */
  maySend: () => boolean
  clock: Clock
  random: () => number
  logger: Logger
  meter: Meter
}): Lane {
  const { clock, logger, meter } = parts
  const budget = createRequestBudget({
    ...parts,
    onLearned: (learned) => {
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
    onRecovered,
  })
  const queue = new PQueue({ concurrency: budget.maxUnderWay(), autoStart: false })
  let cancelTimer = (): void => undefined
  const recoveryListeners: (() => void)[] = []
  /** When a background request last went before the assignments. */
  let hurriedAt = -Infinity
  let lastId = 0
  let probing: Promise<void> = Promise.resolve()
  let isClosing = false

  /** Starts or pauses the queue by the budget and the breaker. Called whenever either may have changed. */
  function revise(): void {
    cancelTimer()
    if (isClosing) return
    // Paused first, because p-queue starts tasks as soon as its concurrency is set.
    queue.pause()
    queue.concurrency = budget.maxUnderWay()
    const waitMs = Math.max(budget.waitMs(), breaker.holdMs())
    if (waitMs === Infinity) return
    if (waitMs > 0) cancelTimer = clock.after(waitMs, revise)
    else if (breaker.isProbing()) probing = probe()
    else queue.start()
  }

  /** Sends one cheap request to see whether HelpCrunch answers and accepts the key again. */
  async function probe(): Promise<void> {
    breaker.probeLeft()
    await occupy((slot) => record(slot, parts.probe)).catch((error: unknown) => {
      logger.error({ err: error }, 'probe could not be sent')
      breaker.observe({ kind: 'failed', reason: 'not sent' }, clock.monotonic())
      revise()
    })
  }

  function checkLease(): void {
    if (!parts.maySend()) throw new LeaseLost('not sent: another instance may decide for this account by now')
  }

  async function occupy<T>(task: (slot: Slot) => Promise<T>): Promise<T> {
    const place = budget.reserve()
    revise()
    try {
      return await task({
        mayLeave: () => breaker.holdMs() === 0 && !breaker.isProbing(),
        async send(request) {
          checkLease()
          place.depart()
          const sentAt = clock.monotonic()
          const outcome = await request(checkLease)
          meter.request(outcome.kind, (clock.monotonic() - sentAt) / 1000)
          breaker.observe(outcome, sentAt)
          if (outcome.kind === 'limited') place.refused(breaker.holdMs())
          else place.passed(queue.size > 0)
          revise()
          return outcome
        },
      })
    } finally {
      place.release()
      revise()
    }
  }

  async function record<T>(slot: Slot, request: () => Promise<Outcome<T>>): Promise<Outcome<T>> {
    await parts.recordRequest(clock.now())
    return slot.send(request)
  }

  function run<T>(priority: Priority, task: (slot: Slot) => Promise<T>): Promise<T> {
    lastId += 1
    const id = String(lastId)
    let cancelPatience = (): void => undefined
    const waitFor = (patienceMs: number): void => {
      cancelPatience = clock.after(patienceMs, () => {
        const leftMs = hurriedAt + BACKGROUND_PATIENCE_MS - clock.monotonic()
        if (leftMs > 0) waitFor(leftMs)
        else hurry(id)
      })
    }
    if (priority === 'background') waitFor(BACKGROUND_PATIENCE_MS)
    const start = () => {
      cancelPatience()
      return occupy(task)
    }
    const done = queue.add(start, { id, priority: P_QUEUE_PRIORITY[priority] })
    revise()
    return done
  }

  /**
   * Sends a request, or, if a hold began while it was recorded, in its next slot: once for each hold, until the lane
   * closes.
   */
  async function sendInTurn<T>(priority: Priority, send: () => Promise<Outcome<T>>): Promise<Outcome<T>> {
    const outcome = await run(priority, async (slot) => {
      await parts.recordRequest(clock.now())
      return slot.mayLeave() ? slot.send(send) : null
    })
    return outcome ?? sendInTurn(priority, send)
  }

  function hurry(id: string): void {
    if (isClosing) return
    hurriedAt = clock.monotonic()
    queue.setPriority(id, P_QUEUE_PRIORITY.overdue)
  }

  function onRecovered(): void {
    for (const listener of recoveryListeners) listener()
  }

  return {
    run,
    onRecovered: (listener) => void recoveryListeners.push(listener),
    request: sendInTurn,
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
