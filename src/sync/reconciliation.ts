import type { Logger } from 'pino'
import { backoffMs } from '../rate-limit/backoff.ts'
import type { Lane } from '../rate-limit/contract.ts'
import type { Clock } from '../domain.ts'
import type { HelpCrunch } from '../helpcrunch/contract.ts'
import type { SearchStore } from '../store/contract.ts'
import { searchChats } from './search.ts'

/** How far back the first search goes, for chats that agents still have. */
const FIRST_REACH_MS = 7 * 24 * 60 * 60_000
/**
 * Each search begins this much before the end of the last one, for webhooks that were newer than that search, and for
 * clock differences.
 */
const OVERLAP_MS = 2 * 60_000
const RETRY_BACKOFF = { minMs: 30_000, maxMs: 15 * 60_000 }

export interface Reconciliation {
  /**
   * Searches now, or waits for the search under way, and then repeats at intervals. Resolves however the search ends.
   */
  run(): Promise<void>
  close(): void
}

/**
 * Makes up for webhooks that never arrived: reads the chats that were updated since the last search, with background
 * priority in the lane, and corrects what we hold of them.
 */
export function createReconciliation(parts: {
  client: HelpCrunch
  lane: Lane
  store: SearchStore
  intervalMs: number
  /** The first search leaves chats alone whose customer wrote longer ago than this. */
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

  /**
   * Searches once.
   * @returns why the search failed, or `null`
   */
  async function search(): Promise<string | null> {
    const last = await store.reconciledUntil()
    const startedAt = clock.now()
    const since = last === null ? startedAt - FIRST_REACH_MS : last - OVERLAP_MS
    // Later searches find only changes that we missed, and all of these chats may be assigned.
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
