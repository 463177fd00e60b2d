import type { Clock } from './domain.ts'

/** A clock whose time of day can be set. Its monotonic time and its timers do not change. */
export function createSettableClock(clock: Clock): Clock & { readonly set: (now: number) => void } {
  let offsetMs = 0
  return {
    now: () => clock.now() + offsetMs,
    monotonic: () => clock.monotonic(),
    after: (delayMs, run) => clock.after(delayMs, run),
    set(now) {
      const next = now - clock.now()
      // The time is inexact by the time that its answer took, so small differences are ignored.
      if (Math.abs(next - offsetMs) > CLOSE_MS) offsetMs = Math.round(next)
    },
  }
}

const CLOSE_MS = 50

/** The machine's own time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs)
    return () => clearTimeout(timer)
  },
}
