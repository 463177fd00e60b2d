import type { Clock } from '../../src/domain.ts'
import { createTimerHeap, type Timer } from './timer-heap.ts'

export interface VirtualClock extends Clock {
  /** Lets time pass, and runs what falls due on the way, in order; each is done with before the next one begins. */
  pass(ms: number): Promise<void>
  /** Time stands still until this is done. Should it fail, `pass` does. */
  hold(work: Promise<unknown>): void
}

/** Time that costs none: a week passes as fast as the machine does what there is to do in it. */
export function createVirtualClock(startAt: number): VirtualClock {
  const timers = createTimerHeap()
  let elapsed = 0
  let lastOrder = 0
  let held = 0
  let failure: { readonly error: unknown } | null = null

  /** Promises are followed to their end with each turn of the event loop; only what is held may take several. */
  async function settle(): Promise<void> {
    do await nextTurn()
    while (held > 0)
    if (failure !== null) throw failure.error
  }

  return {
    now: () => startAt + elapsed,
    monotonic: () => elapsed,
    after(delayMs, run) {
      lastOrder += 1
      // The time of day is in whole milliseconds, as a computer's is.
      const timer: Timer = { at: elapsed + Math.max(0, Math.ceil(delayMs)), order: lastOrder, run }
      timers.add(timer)
      return () => {
        timer.run = null
      }
    },
    async pass(ms) {
      const end = elapsed + ms
      await settle()
      for (let next = timers.first(); next !== undefined && next.at <= end; next = timers.first()) {
        timers.shift()
        if (next.run === null) continue
        elapsed = next.at
        next.run()
        await settle()
      }
      elapsed = end
    },
    hold(work) {
      held += 1
      work.then(
        () => {
          held -= 1
        },
        (error: unknown) => {
          held -= 1
          failure ??= { error }
        },
      )
    },
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve))
}
