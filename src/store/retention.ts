import type { Logger } from 'pino'
import type { Clock } from '../domain.ts'
import type { Stores } from './contract.ts'

const INTERVAL_MS = 60_000
/** Rows of a kind per transaction, which takes a few milliseconds. */
const BATCH = 1000
/** The pause between two batches, so that webhooks come first. 10,000 rows of a kind a second are more than arrive. */
const PAUSE_MS = 100

/** Deletes rows that are older than the retention, in small batches, and soon again while there are more. */
export function keepPruned(parts: {
  stores: Stores
  maxAgeMs: number
  /** How our clock compares with HelpCrunch's answers: nothing is deleted unless it agrees. */
  clockVerdict: () => 'agrees' | 'differs' | 'not heard'
  clock: Clock
  logger: Logger
}): () => void {
  const { stores, clock, logger } = parts
  let cancelTimer = clock.after(INTERVAL_MS, () => void prune())
  let isClosing = false
  let isDoubted = false

  async function prune(): Promise<void> {
    let delayMs = INTERVAL_MS
    const verdict = parts.clockVerdict()
    if (verdict === 'differs' && !isDoubted)
      logger.warn('old rows stay: this machine’s clock and HelpCrunch’s differ by more than an hour')
    isDoubted = verdict === 'differs'
    try {
      const deleted = verdict !== 'agrees' ? 0 : await stores.prune(clock.now() - parts.maxAgeMs, BATCH)
      if (deleted > 0) logger.debug({ deleted }, 'old rows deleted')
      if (deleted >= BATCH) delayMs = PAUSE_MS
    } catch (error) {
      logger.error({ err: error }, 'old rows not deleted, will be tried again')
    }
    if (!isClosing) cancelTimer = clock.after(delayMs, () => void prune())
  }

  return () => {
    isClosing = true
    cancelTimer()
  }
}
