import type { FastifyBaseLogger } from 'fastify'
import type { ChatEvent, Check, Clock, CustomerEvent, Meter, Reading } from '../domain.ts'
import type { AccessSettings } from './access/contract.ts'
import type { ApiAccount } from './api/contract.ts'

/** What the way in needs from the rest of the house. */
export interface HttpParts {
  /** One for each account, by its name. */
  readonly doors: ReadonlyMap<string, Door>
  /** Where there is one account alone, it is meant where none is named. */
  readonly onlyDoor: Door | null
  /** Counts what came to no account's address. */
  readonly meter: Pick<Meter, 'webhook'>
  /** Events older than this are refused: their ids are forgotten, so that a replay could not be told from news. */
  readonly maxAgeMs: number
  /** Whether this machine's clock can tell how old a webhook is. */
  readonly isClockSure: () => boolean
  readWebhook(envelope: Record<string, unknown>, receivedAt: number): Reading
  readiness(): Promise<{ isReady: boolean; checks: readonly Check[] }>
  /** What people see and do; without it there is neither API nor page. */
  readonly api?: ApiParts
}

/** What the API and the page need. */
export interface ApiParts {
  /** By name, in the order of their file. */
  readonly accounts: ReadonlyMap<string, ApiAccount>
  readonly access: AccessSettings
  readonly clock: Clock
}

/** Where an account's webhooks come in. */
export interface Door {
  readonly name: string
  readonly signingKeys: readonly string[]
  readonly logger: FastifyBaseLogger
  readonly meter: Meter
  receive(event: ChatEvent): Promise<'accepted' | 'duplicate'>
  /** Not there: nothing here depends on a customer, and the event is ignored. */
  receiveCustomer?(event: CustomerEvent): Promise<'accepted' | 'duplicate'>
}
