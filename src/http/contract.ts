import type { FastifyBaseLogger } from 'fastify'
import type { ChatEvent, ChatId, Check, CustomerEvent, Meter, Reading } from '../domain.ts'
import type { ChatHistory } from '../core/records.ts'

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
  readWebhook(envelope: Record<string, unknown>, receivedAt: number): Reading
  readiness(): Promise<{ isReady: boolean; checks: readonly Check[] }>
  /** What opens the API, or `null`: there is none. */
  readonly adminToken: string | null
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
  explain(chatId: ChatId): Promise<ChatHistory | null>
}
