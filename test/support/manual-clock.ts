import type { Clock } from '../../src/domain.ts'

export interface ManualClock extends Clock {
  /** Lets time pass, and calls what falls due on the way, in order. */
  advance(ms: number): void
  /** Sets the time of day, as an administrator would: the monotonic time does not notice. */
  set(now: number): void
  /** How many timers are set. */
  readonly timers: number
}

/** Time that stands still until the test moves it. */
export function createManualClock(startAt = Date.now()): ManualClock {
  let monotonic = 1000
  let offset = startAt - monotonic
  const timers = new Set<{ readonly at: number; readonly run: () => void }>()
  return {
    now: () => monotonic + offset,
    monotonic: () => monotonic,
    after(delayMs, run) {
      const timer = { at: monotonic + delayMs, run }
      timers.add(timer)
      return () => timers.delete(timer)
    },
    advance(ms) {
      const end = monotonic + ms
      for (;;) {
        const [next] = [...timers].filter(({ at }) => at <= end).toSorted((a, b) => a.at - b.at)
        if (next === undefined) break
        timers.delete(next)
        monotonic = Math.max(monotonic, next.at)
        next.run()
      }
      monotonic = end
    },
    set(now) {
      offset = now - monotonic
    },
    get timers() {
      return timers.size
    },
  }
}
