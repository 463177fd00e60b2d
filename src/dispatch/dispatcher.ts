import type { Logger } from 'pino'
import type { AgentId, AssignmentId, Clock, Meter } from '../domain.ts'
import type { HelpCrunch } from '../helpcrunch/contract.ts'
import type { Step } from '../core/contract.ts'
import { LeaseLost, type AssignmentQueue } from '../store/contract.ts'
import type { Lane, Slot } from '../rate-limit/contract.ts'
import type { Decide, Decided } from './decider.ts'
import type { Explain } from './explain.ts'
import { logSettled, logWaiting } from './log-lines.ts'
import { readCustomer } from './read-customer.ts'
import { toSettlement } from './settlement.ts'

const STORE_RETRY_MS = 1000
/** The shortest sleep between two steps: a time that is always due, even by mistake, must not block the event loop. */
const SHORTEST_SLEEP_MS = 10

export interface Dispatcher {
  /** Starts taking steps whenever there is something to do. */
  start(): void
  /** Stops taking steps until `start`. */
  pause(): void
  /** Decides all waiting chats again, after a change of the policy. */
  reconsider(): void
  /** Stops for good. Steps under way belong to the lane, which waits for them. */
  close(): void
}

/**
 * Takes one step after the other: decides the next assignment, and sends its request once the step is on the disk. A
 * step is taken only when the lane has room, so that it decides on the state at that moment. Commits and requests of
 * several steps run in parallel.
 */
export function createDispatcher(parts: {
  queue: AssignmentQueue
  lane: Lane
  client: HelpCrunch
  decide: Decide
  maxAttempts: number
  isDryRun: boolean
  /** The longest time without a step, even if no timer or change asks for one. */
  longestSleepMs: number
  /** Adds the reason to an assigned chat; `undefined`: not configured. */
  explain?: Explain | undefined
  clock: Clock
  random: () => number
  logger: Logger
  meter: Meter
}): Dispatcher {
  const { queue, lane, client, clock, logger, meter } = parts
  const underWay = new Set<AssignmentId>()
  /**
   * Pools without an eligible agent. A pool stays blocked until a change that could help, or until this time of day.
   */
  let blockedPools = new Map<string, number>()
  let isStepQueued = false
  let isWanted = false
  let isStarted = false
  let isClosing = false
  let cancelTimer = (): void => undefined

  queue.onWork(({ hasFreed }) => {
    if (hasFreed) reconsider()
    else wake()
  })

  function reconsider(): void {
    blockedPools = new Map()
    wake()
  }

  function wake(): void {
    isWanted = true
    if (!isStarted || isStepQueued || isClosing) return
    isStepQueued = true
    cancelTimer()
    lane.run('assignment', takeStep).catch((error: unknown) => {
      if (!isClosing) logger.error({ err: error }, 'step failed')
    })
  }

  function sleep(delayMs: number): void {
    cancelTimer()
    if (!isClosing) cancelTimer = clock.after(Math.min(delayMs, parts.longestSleepMs), wake)
  }

  async function takeStep(slot: Slot): Promise<void> {
    if (isClosing) return
    if (!isStarted) {
      isStepQueued = false
      return
    }
    isWanted = false
    const poolsThen = blockedPools
    const now = clock.now()
    for (const [pool, until] of blockedPools) if (until <= now) blockedPools.delete(pool)
    const taken = await parts.decide({ pools: new Set(blockedPools.keys()), assignments: underWay }, wake)
    isStepQueued = false
    if (taken === 'store unavailable') return sleep(STORE_RETRY_MS)
    if (taken === null) return isWanted ? wake() : sleepUntilDue(now)
    const { step, committed } = taken
    // A change during the step replaces the map: then this result is out of date.
    if (step.kind === 'none eligible' && step.pool !== null && poolsThen === blockedPools) {
      blockedPools.set(step.pool, step.lookAgainAt ?? Infinity)
    }
    underWay.add(step.assignmentId)
    wake()
    try {
      if (await committed) await finish(step, slot)
    } catch (error) {
      // A recorded decision is taken up again: its chat is fetched first.
      const level = error instanceof LeaseLost ? 'warn' : 'error'
      logger[level]({ err: error, ...idsOf(step) }, 'step not finished, will be taken up again')
      underWay.delete(step.assignmentId)
      return sleep(STORE_RETRY_MS)
    }
    underWay.delete(step.assignmentId)
    wake()
  }

  /**
   * Sleeps until the next assignment is due.
   * @param lookedAt when the last step looked; what fell due since then is due now
   */
  async function sleepUntilDue(lookedAt: number): Promise<void> {
    const dueAt = await queue.nextDueAt(lookedAt).catch(() => lookedAt + STORE_RETRY_MS)
    const next = Math.min(dueAt ?? Infinity, ...blockedPools.values())
    if (!isStepQueued) sleep(Math.max(SHORTEST_SLEEP_MS, next - clock.now()))
  }

  async function finish(step: Decided, slot: Slot): Promise<void> {
    switch (step.kind) {
      case 'none eligible':
        if (step.isNews) logWaiting(logger, step)
        return
      case 'left':
        meter.settled('left')
        logger.warn({ ...idsOf(step), outcome: 'left', why: step.summary }, 'assignment settled: left unassigned')
        return
      case 'confirmed':
        meter.settled('assigned')
        logger.info({ ...idsOf(step), agentId: step.agentId, outcome: 'confirmed' }, 'assignment settled')
        return
      case 'put':
        // The dispatcher was paused, or the lane held, while the step was written: decide again when a request may
        // leave.
        if (!isStarted || !slot.mayLeave()) return void (await queue.settle(step, { to: 'held back' }))
        if (parts.isDryRun) return rehearse(step)
        return send(step, step.agentId, slot)
      case 'fetch':
        return send(step, null, slot)
      case 'customer':
        return readCustomer(step, slot, parts)
    }
  }

  async function rehearse(step: Extract<Step, { kind: 'put' }>): Promise<void> {
    meter.settled(await queue.settle(step, { to: 'rehearsed' }))
    const fact = { ...idsOf(step), agentId: step.agentId, outcome: 'rehearsed', why: step.summary }
    logger.info(fact, 'assignment decided, not sent: DRY_RUN')
  }

  async function send(step: Extract<Step, { kind: 'put' | 'fetch' }>, agentId: AgentId | null, slot: Slot) {
    const sentAt = clock.monotonic()
    const outcome = await slot.send((checkLease) =>
      agentId === null ? client.getChat(step.chatId) : client.assign(step.chatId, agentId, checkLease),
    )
    const durationMs = Math.round(clock.monotonic() - sentAt)
    const context = { now: clock.now(), random: parts.random(), maxAttempts: parts.maxAttempts }
    const settlement = toSettlement(step, outcome, context)
    const state = await queue.settle(step, settlement)
    if (state !== 'waiting' && state !== 'decided') meter.settled(state)
    if (state === 'assigned' && step.kind === 'put') parts.explain?.(step)
    logSettled(logger, { step, agentId, outcome, settlement, state, durationMs, now: context.now })
  }

  return {
    start() {
      isStarted = true
      wake()
    },
    pause() {
      isStarted = false
    },
    reconsider,
    close() {
      isClosing = true
      cancelTimer()
    },
  }
}

function idsOf({ chatId, eventId, departmentId }: Step) {
  return { chatId, eventId, departmentId }
}
