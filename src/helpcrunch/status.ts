import type { ChatStatus } from '../domain.ts'

/** Every documented status, and `open`, which one edition of the documentation shows; without spaces, `-` and `_`. */
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
 * A chat's status in HelpCrunch's first spelling: the pages of its documentation have `onhold`, `on hold` and `on-hold`,
 * `opened` and `open`. `undefined` for what is no status.
 */
export function readStatus(value: unknown): ChatStatus | undefined {
  if (typeof value !== 'string' || value.length > MAX_LENGTH) return undefined
  return BY_SPELLING.get(value.toLowerCase().replaceAll(/[\s_-]/g, ''))
}
