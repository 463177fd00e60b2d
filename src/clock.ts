import type { Clock } from './domain.ts'

/** A clock whose time of day can be set to another one's; what it measures and its timers stay as they are. */
export function createSettableClock(clock: Clock): Clock & { readonly set: (now: number) => void } {
  let offsetMs = 0
  return {
    now: () => clock.now() + offsetMs,
    monotonic: () => clock.monotonic(),
    after: (delayMs, run) => clock.after(delayMs, run),
    set(now) {
      const next = now - clock.now()
      // How long an answer took says how far it may be off: small differences are not the clocks'.
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
