import { StoreUnavailable } from './contract.ts'
import type { Engine } from './engines/engine.ts'

/** Tells the database's refusals from mistakes of ours, and when it works again. */
export interface Health {
  /** Runs `work`; throws `StoreUnavailable` where the database refuses. */
  answer<T>(work: () => Promise<T>): Promise<T>
  /** Something was written. */
  noteWritten(): void
  /** Whether the database refused, and has not written anything since. */
  isRefusing(): boolean
  /** The answer ends that. */
  onRecovered(listener: () => void): () => void
}

export function createHealth(engine: Engine): Health {
  const listeners = new Set<() => void>()
  let isRefusing = false
  return {
    async answer(work) {
      const damage = engine.damage()
      if (damage !== null) throw new StoreUnavailable(damage)
      try {
        return await work()
      } catch (error) {
        if (!engine.isRefusal(error)) throw error
        isRefusing = true
        throw new StoreUnavailable(`the database refused: ${engine.explain(error)}`, { cause: error })
      }
    },
    noteWritten() {
      if (!isRefusing) return
      isRefusing = false
      for (const listener of listeners) listener()
    },
    isRefusing: () => isRefusing,
    onRecovered(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
