import type { Logger } from 'pino'
import type { AgentId, AssignmentId, Clock, Meter } from '../domain.ts'
import type { HelpCrunch } from '../helpcrunch/contract.ts'
import { LeaseLost, type Store, type Turn } from '../store/contract.ts'
import type { Lane, Slot } from '../rate-limit/contract.ts'
import type { Decide, Decided } from './decider.ts'
import { logSettled } from './log-lines.ts'
import { toSettlement } from './settlement.ts'

const STORE_RETRY_MS = 1000
/** Whatever falls due, and be it by mistake: others get a turn in between. */
const SHORTEST_SLEEP_MS = 10

export interface Dispatcher {
  /** Takes turns from now on, whenever there is something to do. */
  start(): void
  /** Takes no turn until it is started again. */
  pause(): void
  /** Looks at all who wait again: other rules are in force. */
  reconsider(): void
  /** Takes no further turn. What is under way belongs to the lane, which waits for it. */
  close(): void
}

/**
 * The crank: one turn after the other takes the next assignment, decides it, has it recorded, and sends it. Turns take
 * place only when the lane has room, so that each decides on what is true at that moment; the requests they lead to run
 * side by side.
 */
export function createDispatcher(parts: {
  store: Store
  lane: Lane
  client: HelpCrunch
  decide: Decide
  maxAttempts: number
  isDryRun: boolean
  /** So often it looks by itself. */
  longestSleepMs: number
  /** Adds the reason to each chat that was assigned, as a private note. */
  isExplaining: boolean
  clock: Clock
  random: () => number
  logger: Logger
  meter: Meter
}): Dispatcher {
  const { store, lane, client, clock, logger, meter } = parts
  const underWay = new Set<AssignmentId>()
  /** Pools known to have nobody, until something changes that could help, or until this time of day. */
  let blockedPools = new Map<string, number>()
  let isTurnQueued = false
  let isWanted = false
  let isStarted = false
  let isClosing = false
  let cancelTimer = (): void => undefined

  store.onChange(({ hasFreed }) => {
    if (hasFreed) reconsider()
    else wake()
  })

  function reconsider(): void {
    blockedPools = new Map()
    wake()
  }

  function wake(): void {
    isWanted = true
    if (!isStarted || isTurnQueued || isClosing) return
    isTurnQueued = true
    cancelTimer()
    lane.run('assignment', takeTurn).catch((error: unknown) => {
      if (!isClosing) logger.error({ err: error }, 'turn failed')
    })
  }

  function sleep(delayMs: number): void {
    cancelTimer()
    if (!isClosing) cancelTimer = clock.after(Math.min(delayMs, parts.longestSleepMs), wake)
  }

  async function takeTurn(slot: Slot): Promise<void> {
    if (isClosing) return
    if (!isStarted) {
      isTurnQueued = false
      return
    }
    isWanted = false
    const poolsThen = blockedPools
    const now = clock.now()
    for (const [pool, until] of blockedPools) if (until <= now) blockedPools.delete(pool)
    const except = { pools: [...blockedPools.keys()], assignments: [...underWay] }
    const turn = await parts.decide(except)
    isTurnQueued = false
    if (turn === 'store unavailable') return sleep(STORE_RETRY_MS)
    // Paused by this very turn, the first that the database took again: what it recorded is taken up later.
    if (!isStarted) return
    if (turn === null) return isWanted ? wake() : sleepUntilDue(now)
    // Had anything been freed meanwhile, the set would be another one, and this answer out of date.
    if (turn.kind === 'nobody' && turn.pool !== null && poolsThen === blockedPools) {
      blockedPools.set(turn.pool, turn.lookAgainAt ?? Infinity)
    }
    underWay.add(turn.assignmentId)
    wake()
    try {
      await finish(turn, slot)
    } catch (error) {
      // What is recorded as decided is taken up again, with the same agent; where this copy was replaced, by another one.
      logger[error instanceof LeaseLost ? 'warn' : 'error'](
        { err: error, ...idsOf(turn) },
        'turn not finished, will be repeated',
      )
      underWay.delete(turn.assignmentId)
      return sleep(STORE_RETRY_MS)
    }
    underWay.delete(turn.assignmentId)
    wake()
  }

  /** @param lookedAt what fell due since then is due at once */
  async function sleepUntilDue(lookedAt: number): Promise<void> {
    const dueAt = await store.nextDueAt(lookedAt).catch(() => lookedAt + STORE_RETRY_MS)
    const next = Math.min(dueAt ?? Infinity, ...blockedPools.values())
    if (!isTurnQueued) sleep(Math.max(SHORTEST_SLEEP_MS, next - clock.now()))
  }

  async function finish(turn: Decided, slot: Slot): Promise<void> {
    switch (turn.kind) {
      case 'nobody':
        if (turn.isNews)
          logger.info({ ...idsOf(turn), outcome: 'waiting', pool: turn.pool, why: turn.summary }, 'nobody is eligible')
        return
      case 'left':
        meter.settled('left')
        logger.warn({ ...idsOf(turn), outcome: 'left', why: turn.summary }, 'assignment settled: left unassigned')
        return
      case 'confirmed':
        meter.settled('assigned')
        logger.info({ ...idsOf(turn), agentId: turn.agentId, outcome: 'confirmed' }, 'assignment settled')
        return
      case 'put':
        if (parts.isDryRun) return rehearse(turn)
        return send(turn, turn.agentId, slot)
      case 'fetch':
        return send(turn, null, slot)
    }
  }

  async function rehearse(turn: Extract<Turn, { kind: 'put' }>): Promise<void> {
    meter.settled(await store.settle(turn.assignmentId, { to: 'rehearsed' }))
    logger.info(
      { ...idsOf(turn), agentId: turn.agentId, outcome: 'rehearsed', why: turn.summary },
      'assignment decided, not sent: DRY_RUN',
    )
  }

  async function send(turn: Extract<Turn, { kind: 'put' | 'fetch' }>, agentId: AgentId | null, slot: Slot) {
    const sentAt = clock.monotonic()
    const outcome = await slot.send(() =>
      agentId === null ? client.getChat(turn.chatId) : client.assign(turn.chatId, agentId),
    )
    const durationMs = Math.round(clock.monotonic() - sentAt)
    const context = { now: clock.now(), random: parts.random(), maxAttempts: parts.maxAttempts }
    const settlement = toSettlement(turn, outcome, context)
    const state = await store.settle(turn.assignmentId, settlement)
    if (state !== 'waiting' && state !== 'decided') meter.settled(state)
    if (state === 'assigned' && turn.kind === 'put' && parts.isExplaining) explain(turn)
    logSettled(logger, { turn, agentId, outcome, settlement, state, durationMs, now: context.now })
  }

  /** In the background, and once: a note that is lost is no harm. */
  function explain({ chatId, summary, agentId }: Extract<Turn, { kind: 'put' }>): void {
    lane
      .request('background', () => client.addNote(chatId, summary, agentId))
      .catch((error: unknown) => {
        if (!isClosing) logger.warn({ err: error, chatId }, 'note not added')
      })
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

function idsOf({ chatId, eventId, departmentId }: Turn) {
  return { chatId, eventId, departmentId }
}
