import type { Logger } from 'pino'
import type { Clock } from '../domain.ts'
import type { Stores } from './contract.ts'

const INTERVAL_MS = 60_000
/** Rows of a kind in one transaction: a few milliseconds. */
const BATCH = 1000
/** Between two batches: webhooks come first. 10,000 rows of a kind a second are more than come in. */
const PAUSE_MS = 100

/** Deletes what is older than the retention: a small batch at a time, soon again while there is more. */
export function keepPruned(parts: {
  stores: Stores
  maxAgeMs: number
  /** What HelpCrunch's answers say of our clock: unless it agrees, nothing is deleted. */
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
