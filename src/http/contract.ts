import type { FastifyBaseLogger } from 'fastify'
import type { ChatEvent, Check, Clock, CustomerEvent, Meter, Reading } from '../domain.ts'
import type { AccessSettings } from './access/contract.ts'
import type { ApiAccount } from './api/contract.ts'

/** What the HTTP server needs from the other parts. */
export interface HttpParts {
  /** The endpoint of each account, by the account's name. */
  readonly doors: ReadonlyMap<string, Door>
  /** The endpoint for paths without an account, if there is only one account; else `null`. */
  readonly onlyDoor: Door | null
  /** Counts webhooks to no account's address. */
  readonly meter: Pick<Meter, 'webhook'>
  /** Older events are refused: their ids are deleted, so a replay could not be recognised. */
  readonly maxAgeMs: number
  /** Whether this machine's clock can tell how old a webhook is. */
  readonly isClockSure: () => boolean
  readWebhook(envelope: Record<string, unknown>, receivedAt: number): Reading
  readiness(): Promise<{ isReady: boolean; checks: readonly Check[] }>
  /** The API and the page; without it there is neither. */
  readonly api?: ApiParts
}

/** The parts that the API and the page need. */
export interface ApiParts {
  /** The accounts by name, in the order of their file. */
  readonly accounts: ReadonlyMap<string, ApiAccount>
  readonly access: AccessSettings
  readonly clock: Clock
}

/** The endpoint of an account's webhooks. */
export interface Door {
  readonly name: string
  readonly signingKeys: readonly string[]
  readonly logger: FastifyBaseLogger
  readonly meter: Meter
  receive(event: ChatEvent): Promise<'accepted' | 'duplicate'>
  /** `undefined`: nothing depends on customers, and their events are ignored. */
  receiveCustomer?(event: CustomerEvent): Promise<'accepted' | 'duplicate'>
}
