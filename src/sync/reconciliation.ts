import type { Logger } from 'pino'
import { backoffMs } from '../rate-limit/backoff.ts'
import type { Lane } from '../rate-limit/contract.ts'
import type { Clock } from '../domain.ts'
import type { HelpCrunch } from '../helpcrunch/contract.ts'
import type { SearchStore } from '../store/contract.ts'
import { searchChats } from './search.ts'

/** The first search reaches so far back for chats that agents still have. */
const FIRST_REACH_MS = 7 * 24 * 60 * 60_000
/** Each search begins before the last one's: for webhooks that were newer than it then, and for clocks. */
const OVERLAP_MS = 2 * 60_000
const RETRY_BACKOFF = { minMs: 30_000, maxMs: 15 * 60_000 }

export interface Reconciliation {
  /** Searches now, or waits for the search that is under way; and from then on again and again. Resolves however it ends. */
  run(): Promise<void>
  close(): void
}

/**
 * Makes up for webhooks that never came: the chats that were updated since the last time are read, in the background of
 * the lane, and what we hold of them is set right.
 */
export function createReconciliation(parts: {
  client: HelpCrunch
  lane: Lane
  store: SearchStore
  intervalMs: number
  /** On the first search, whose customer wrote longer ago is left alone. */
  lookbackMs: number
  clock: Clock
  random: () => number
  logger: Logger
}): Reconciliation {
  const { store, clock, logger } = parts
  let failuresInRow = 0
  let isClosing = false
  let running: Promise<void> | null = null
  let cancelTimer = (): void => undefined

  async function runNow(): Promise<void> {
    cancelTimer()
    const failure = await search().catch((error: unknown) => (error as Error).message)
    running = null
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
    const found = await searchChats(parts, since, last === null ? startedAt - parts.lookbackMs : 0)
    if (typeof found === 'string') return found
    const { searchedUntil, ...counts } = found
    await store.saveReconciledUntil(searchedUntil)
    const durationMs = clock.now() - startedAt
    logger.info({ ...counts, isFirst: last === null, durationMs }, 'chats searched for lost webhooks')
    return null
  }

  function run(): Promise<void> {
    if (isClosing) return Promise.resolve()
    running ??= runNow()
    return running
  }

  return {
    run,
    close() {
      isClosing = true
      cancelTimer()
    },
  }
}
