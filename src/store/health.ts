import type { Clock } from '../domain.ts'
import { StoreUnavailable } from './contract.ts'
import type { Engine } from './engines/engine.ts'

/** Distinguishes the database's refusals from our own mistakes, and detects when the database works again. */
export interface Health {
  /**
   * Runs `work`; throws `StoreUnavailable` if the database refuses.
   * @param isArrival `work` stores a webhook, which may be missed if the database refuses
   */
  answer<T>(work: () => Promise<T>, isArrival?: boolean): Promise<T>
  /** Notes that the database has written something. */
  noteWritten(): void
  /** Whether the database has refused and has written nothing since. */
  isRefusing(): boolean
  /**
   * Calls `listener` when the database writes again after it refused a webhook, or refused for longer than `OUTAGE_MS`.
   * A single failed statement is no outage.
   * @returns a function that removes the listener
   */
  onRecovered(listener: () => void): () => void
}

/** After an outage longer than this, webhooks may have been missed. */
const OUTAGE_MS = 2000

/** The database counts as working at first. */
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
