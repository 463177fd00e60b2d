import type { ChatStatus } from '../domain.ts'

/**
 * All documented statuses, and `open`, which one edition of the documentation shows, spelled without spaces, `-` and
 * `_`.
 */
const BY_SPELLING: ReadonlyMap<string, ChatStatus> = new Map([
  ['new', 'new'],
  ['open', 'opened'],
  ['opened', 'opened'],
  ['pending', 'pending'],
  ['onhold', 'onhold'],
  ['nocommunication', 'no communication'],
  ['closed', 'closed'],
  ['empty', 'empty'],
])
const MAX_LENGTH = 40

/**
 * Reads a chat's status in any spelling: HelpCrunch's documentation has `onhold`, `on hold` and `on-hold`, `opened` and
 * `open`. `undefined` for other values.
 */
export function readStatus(value: unknown): ChatStatus | undefined {
  if (typeof value !== 'string' || value.length > MAX_LENGTH) return undefined
  return BY_SPELLING.get(value.toLowerCase().replaceAll(/[\s_-]/g, ''))
}
