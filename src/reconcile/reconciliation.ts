import type { Logger } from 'pino'
import { backoffMs } from '../backoff.ts'
import { describeOutcome } from '../describe-outcome.ts'
import type { Lane } from '../dispatch/contract.ts'
import type { Clock } from '../domain.ts'
import type { HelpCrunch } from '../helpcrunch/contract.ts'
import type { Reconciled, Store } from '../store/contract.ts'

const PAGE_SIZE = 100
/** Fifty thousand chats: an end for a search that has none. */
const MAX_PAGES = 500
/** The first search reaches so far back for chats that agents still have. */
const FIRST_REACH_MS = 7 * 24 * 60 * 60_000
/** Each search begins before the last one's: for webhooks that were newer than it then, and for clocks. */
const OVERLAP_MS = 2 * 60_000
/** The search showed what was true when it was asked, and its time is in whole seconds. */
const SECOND_MS = 1000
const RETRY_BACKOFF = { minMs: 30_000, maxMs: 15 * 60_000 }

export interface Reconciliation {
  /** Searches now, and from then on again and again. Resolves with the first search, however it ends. */
  start(): Promise<void>
  close(): void
}

/**
 * Makes up for webhooks that never came: at the start, at intervals, and whenever HelpCrunch is back, the chats that were
 * updated since the last time are read, in the background of the lane, and what we hold of them is set right.
 */
export function createReconciliation(parts: {
  client: HelpCrunch
  lane: Lane
  store: Store
  intervalMs: number
  /** On the first search, whose customer wrote longer ago is left alone. */
  lookbackMs: number
  clock: Clock
  random: () => number
  logger: Logger
}): Reconciliation {
  const { client, lane, store, clock, logger } = parts
  let failuresInRow = 0
  let isClosing = false
  let isRunning = false
  let cancelTimer = (): void => undefined

  async function run(): Promise<void> {
    if (isRunning || isClosing) return
    isRunning = true
    cancelTimer()
    const failure = await search().catch((error: unknown) => (error as Error).message)
    isRunning = false
    if (isClosing) return
    if (failure !== null) logger.warn({ reason: failure }, 'chats not searched, will be tried again')
    failuresInRow = failure === null ? 0 : failuresInRow + 1
    const retryMs = Math.min(parts.intervalMs, backoffMs(failuresInRow, parts.random(), RETRY_BACKOFF))
    cancelTimer = clock.after(failure === null ? parts.intervalMs : retryMs, () => void run())
  }

  /** @returns why it failed, or `null` */
  async function search(): Promise<string | null> {
    const last = await store.reconciledUntil()
    const startedAt = clock.now()
    const since = last === null ? startedAt - FIRST_REACH_MS : last - OVERLAP_MS
    // Later searches meet only what changed while we were looking away: all of it is ours to hand out.
    const openSince = last === null ? startedAt - parts.lookbackMs : 0
    const total = { chats: 0, opened: 0, corrected: 0, leftAlone: 0 }
    let firstTakenAt: number | null = null
    for (let page = 0; page < MAX_PAGES; page += 1) {
      let askedAt = 0
      const outcome = await lane.request('background', () => {
        askedAt = clock.monotonic()
        return client.searchChats(since, page * PAGE_SIZE, PAGE_SIZE)
      })
      if (outcome.kind !== 'ok') return describeOutcome(outcome)
      const takenAt = outcome.answeredAt - Math.ceil(clock.monotonic() - askedAt) - SECOND_MS
      firstTakenAt ??= takenAt
      add(total, outcome.body.entries.length, await store.reconcile(outcome.body.entries, takenAt, openSince))
      if (outcome.body.size < PAGE_SIZE) {
        await store.saveReconciledUntil(firstTakenAt)
        const isFirst = last === null
        logger.info({ ...total, isFirst, durationMs: clock.now() - startedAt }, 'chats searched for lost webhooks')
        return null
      }
    }
    return `no end after ${MAX_PAGES} pages`
  }

  lane.onRecovered(() => void run())

  return {
    start: run,
    close() {
      isClosing = true
      cancelTimer()
    },
  }
}

function add(total: Reconciled & { chats: number }, chats: number, more: Reconciled): void {
  Object.assign(total, {
    chats: total.chats + chats,
    opened: total.opened + more.opened,
    corrected: total.corrected + more.corrected,
    leftAlone: total.leftAlone + more.leftAlone,
  })
}
