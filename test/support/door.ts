import { pino } from 'pino'
import type { Door } from '../../src/http/contract.ts'
import { createMetrics } from '../../src/http/metrics.ts'

export const SILENT = pino({ level: 'silent' })

/** The door of the only account, behind which nothing is. */
export function doorOf(given: Pick<Door, 'signingKeys' | 'receive'>): {
  doors: ReadonlyMap<string, Door>
  onlyDoor: Door
} {
  const onlyDoor: Door = {
    name: 'default',
    logger: SILENT,
    meter: createMetrics().meterOf(null),
    explain: async () => null,
    ...given,
  }
  return { doors: new Map([[onlyDoor.name, onlyDoor]]), onlyDoor }
}
