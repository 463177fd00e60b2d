import { pino } from 'pino'
import type { Clock } from '../../src/domain.ts'
import type { ApiParts, Door } from '../../src/http/contract.ts'

export const SILENT = pino({ level: 'silent' })

/** The door of the only account, without anything behind it. */
export function doorOf(given: Pick<Door, 'signingKeys' | 'meter' | 'receive' | 'receiveCustomer'>): {
  doors: ReadonlyMap<string, Door>
  onlyDoor: Door
  meter: Door['meter']
} {
  const onlyDoor: Door = {
    name: 'default',
    logger: SILENT,
    ...given,
  }
  return { doors: new Map([[onlyDoor.name, onlyDoor]]), onlyDoor, meter: given.meter }
}

/** An API without accounts, and with this token. */
export function apiOf(secret: string, clock: Clock): ApiParts {
  const token = { name: 'ADMIN_TOKEN', secret, role: 'operator', accounts: null } as const
  const access = { tokens: [token], metricsToken: null, trustedProxies: [], singleSignOn: null, publicUrl: null }
  return { accounts: new Map(), access, clock }
}
