import type { ChatEvent, ChatId, Check, Reading } from '../domain.ts'
import type { ChatHistory } from '../store/contract.ts'

/** What the way in needs from the rest of the house. */
export interface HttpParts {
  readonly signingKeys: readonly string[]
  /** Events older than this are refused: their ids are forgotten, so that a replay could not be told from news. */
  readonly maxAgeMs: number
  readWebhook(envelope: Record<string, unknown>, receivedAt: number): Reading
  receive(event: ChatEvent): Promise<'accepted' | 'duplicate'>
  checks(): Promise<readonly Check[]>
  /** What opens the API, or `null`: there is none. */
  readonly adminToken: string | null
  explain(chatId: ChatId): Promise<ChatHistory | null>
}
