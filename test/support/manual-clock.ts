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

interface Timer {
  readonly at: number
  readonly run: () => void
}

/** Time that stands still until the test moves it. */
export function createManualClock(startAt = Date.now()): ManualClock {
  let monotonic = 1000
  let offset = startAt - monotonic
  /** Earliest first; of one moment, in the order in which they were set. */
  const timers: Timer[] = []

  function placeFor(at: number): number {
    let low = 0
    let high = timers.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((timers[middle] as Timer).at <= at) low = middle + 1
      else high = middle
    }
    return low
  }

  /** Runs the next timer that is due by `end`; `false` if there is none. */
  function runNext(end: number): boolean {
    const [next] = timers
    if (next === undefined || next.at > end) return false
    timers.shift()
    monotonic = Math.max(monotonic, next.at)
    next.run()
    return true
  }

  return {
    now: () => monotonic + offset,
    monotonic: () => monotonic,
    after(delayMs, run) {
      const timer = { at: monotonic + delayMs, run }
      timers.splice(placeFor(timer.at), 0, timer)
      return () => {
        const place = timers.indexOf(timer)
        if (place >= 0) timers.splice(place, 1)
      }
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
      return timers.length
    },
  }
}
