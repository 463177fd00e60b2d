import type { FastifyBaseLogger } from 'fastify'
import type { Clock } from '../domain.ts'

/** The first rejection of a kind is logged at once, the following ones together, once in this time. */
const WINDOW_MS = 10_000
/** The most addresses that are counted separately. */
const MAX_ADDRESSES = 1000
/** The most addresses in one line: those with the most rejections. */
const MAX_NAMED = 5

/** Logs rejections, without a line for each, so that a stranger cannot fill the disk with our log. */
export interface RejectionLog {
  /** @param rejection.message one of our few messages; each has a window of its own */
  reject(rejection: Rejection): void
  close(): void
}

interface Rejection {
  readonly logger: FastifyBaseLogger
  readonly message: string
  readonly address: string
  /** Fields for the line of the first rejection only. */
  readonly fact: object
}

interface Window {
  readonly logger: FastifyBaseLogger
  readonly message: string
  readonly counts: Map<string, number>
  total: number
  cancelTimer: () => void
}

/** Keeps one window for each logger and message with recent rejections. */
export function createRejectionLog(clock: Clock): RejectionLog {
  const windows = new Map<FastifyBaseLogger, Map<string, Window>>()

  function openWindow(logger: FastifyBaseLogger, message: string): void {
    const opened: Window = { logger, message, counts: new Map(), total: 0, cancelTimer: () => undefined }
    const ofLogger = windows.get(logger) ?? new Map<string, Window>()
    windows.set(logger, ofLogger.set(message, opened))
    opened.cancelTimer = clock.after(WINDOW_MS, () => endWindow(opened))
  }

  /** Logs the rejections of a window. If there were any, the next window starts without a line of its own. */
  function endWindow({ logger, message, counts, total }: Window): void {
    const ofLogger = windows.get(logger)
    ofLogger?.delete(message)
    if (ofLogger?.size === 0) windows.delete(logger)
    if (total === 0) return
    logger.warn({ count: total, seconds: WINDOW_MS / 1000, addresses: most(counts) }, `${message}: more of the same`)
    openWindow(logger, message)
  }

  return {
    reject({ logger, message, address, fact }) {
      const known = windows.get(logger)?.get(message)
      if (known === undefined) {
        logger.warn({ ...fact, address }, message)
        return openWindow(logger, message)
      }
      const counted = known.counts.has(address) || known.counts.size < MAX_ADDRESSES ? address : 'others'
      known.counts.set(counted, (known.counts.get(counted) ?? 0) + 1)
      known.total += 1
    },
    close() {
      for (const ofLogger of windows.values()) for (const { cancelTimer } of ofLogger.values()) cancelTimer()
      windows.clear()
    },
  }
}

function most(counts: ReadonlyMap<string, number>): { address: string; count: number }[] {
  return Array.from(counts, ([address, count]) => ({ address, count }))
    .toSorted((a, b) => b.count - a.count)
    .slice(0, MAX_NAMED)
}
