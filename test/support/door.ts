import { pino } from 'pino'
import type { Door } from '../../src/http/contract.ts'

export const SILENT = pino({ level: 'silent' })

/** The door of the only account, behind which nothing is. */
export function doorOf(given: Pick<Door, 'signingKeys' | 'meter' | 'receive'>): {
  doors: ReadonlyMap<string, Door>
  onlyDoor: Door
} {
  const onlyDoor: Door = {
    name: 'default',
    logger: SILENT,
    ...given,
  }
  return { doors: new Map([[onlyDoor.name, onlyDoor]]), onlyDoor }
}
