import type { Clock } from '../domain.ts'
import { StoreUnavailable } from './contract.ts'
import type { Engine } from './engines/engine.ts'

/** Tells the database's refusals from mistakes of ours, and when it works again. */
export interface Health {
  /**
   * Runs `work`; throws `StoreUnavailable` where the database refuses.
   * @param isArrival a webhook is stored: if that is refused, something may be missed
   */
  answer<T>(work: () => Promise<T>, isArrival?: boolean): Promise<T>
  /** Something was written. */
  noteWritten(): void
  /** Whether the database refused, and has not written anything since. */
  isRefusing(): boolean
  /**
   * Calls `listener` when something is written again after a webhook was refused, or everything for a while: one statement
   * of one account that failed is no outage. The answer ends that.
   */
  onRecovered(listener: () => void): () => void
}

/** After an outage as long as that, webhooks may have been missed. */
const OUTAGE_MS = 2000

/** Begins with a database that is taken to work. */
export function createHealth(engine: Engine, clock: Clock): Health {
  const listeners = new Set<() => void>()
  let refusingSince: number | null = null
  let isMissing = false
  return {
    async answer(work, isArrival = false) {
      const damage = engine.damage()
      if (damage !== null) throw new StoreUnavailable(damage)
      try {
        return await work()
      } catch (error) {
        if (!engine.isRefusal(error)) throw error
        refusingSince ??= clock.monotonic()
        isMissing ||= isArrival
        throw new StoreUnavailable(`the database refused: ${engine.explain(error)}`, { cause: error })
      }
    },
    noteWritten() {
      if (refusingSince === null) return
      const wasOutage = isMissing || clock.monotonic() - refusingSince > OUTAGE_MS
      refusingSince = null
      isMissing = false
      if (!wasOutage) return
      for (const listener of listeners) listener()
    },
    isRefusing: () => refusingSince !== null,
    onRecovered(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
