import type { Clock } from '../../src/domain.ts'

export interface ManualClock extends Clock {
  /** Lets time pass, and calls what falls due on the way, in order. */
  advance(ms: number): void
  /** Sets the time of day, as an administrator would: the monotonic time does not notice. */
  set(now: number): void
  /** How many timers are set. */
  readonly timers: number
  /** `advance`, with time for what each timer sets going to settle before the next one. */
  pass(ms: number): Promise<void>
}

/** Time that stands still until the test moves it. */
export function createManualClock(startAt = Date.now()): ManualClock {
  let monotonic = 1000
  let offset = startAt - monotonic
  const timers = new Set<{ readonly at: number; readonly run: () => void }>()

  /** Runs the next timer that is due by `end`; `false` if there is none. */
  function runNext(end: number): boolean {
    let next: { readonly at: number; readonly run: () => void } | null = null
    for (const timer of timers) if (timer.at <= end && (next === null || timer.at < next.at)) next = timer
    if (next === null) return false
    timers.delete(next)
    monotonic = Math.max(monotonic, next.at)
    next.run()
    return true
  }

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
      while (runNext(end));
      monotonic = end
    },
    async pass(ms) {
      const end = monotonic + ms
      const settle = () => new Promise<void>((resolve) => void setImmediate(resolve))
      await settle()
      while (runNext(end)) await settle()
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
