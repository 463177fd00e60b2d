import type { Clock } from '../domain.ts'

const EVERY_MS = 60_000

/** Writes a line, with the number of lines left out since the last one. */
type Write = (more: { readonly leftOut?: number }) => void

/** Lets one line a minute through, so that a persistent sender does not fill the disk. */
export function createSampledLog(clock: Pick<Clock, 'monotonic'>): (write: Write) => void {
  let nextAt = -Infinity
  let leftOut = 0
  return (write) => {
    const now = clock.monotonic()
    if (now < nextAt) {
      leftOut += 1
      return
    }
    write(leftOut === 0 ? {} : { leftOut })
    nextAt = now + EVERY_MS
    leftOut = 0
  }
}
