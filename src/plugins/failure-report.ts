import type { Logger } from 'pino'
import type { Clock } from '../domain.ts'
import type { PluginFailure } from './contract.ts'
import { REPORT_EVERY_MS } from './limits.ts'

/** Counts a module's failures and logs them: the first at once, later ones once a minute, with their number. */
export interface FailureReport {
  report(failure: PluginFailure, reason: string): void
}

export function createFailureReport(parts: {
  path: string
  clock: Clock
  logger: Logger
  count: (failure: PluginFailure) => void
}): FailureReport {
  const { path, clock, logger } = parts
  let nextLineAt = -Infinity
  let unreported = 0
  return {
    report(failure, reason) {
      parts.count(failure)
      unreported += 1
      if (clock.monotonic() < nextLineAt) return
      logger.error({ plugin: path, failure, reason, count: unreported }, 'plug-in failed: its rules are skipped')
      nextLineAt = clock.monotonic() + REPORT_EVERY_MS
      unreported = 0
    },
  }
}
