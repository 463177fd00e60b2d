import type { AssignmentState, Meter, Outcome } from '../domain.ts'

type WebhookStatus = Parameters<Meter['webhook']>[0]

/** Every value that a label can have. A record, so that one that is forgotten does not compile. */
const OUTCOME_NAMES: Record<Outcome<unknown>['kind'], true> = {
  ok: true,
  gone: true,
  refused: true,
  unauthorized: true,
  limited: true,
  failed: true,
}
const STATES: Record<Exclude<AssignmentState, 'waiting' | 'decided'>, true> = {
  assigned: true,
  superseded: true,
  gone: true,
  refused: true,
  dead: true,
  rehearsed: true,
  left: true,
  replayed: true,
}

export const OUTCOMES = Object.keys(OUTCOME_NAMES)
export const FINAL_STATES = Object.keys(STATES)

/** Events that routing uses. */
const ROUTED_TYPES = [
  'chat.new',
  'chat.status_updated',
  'chat.assigned',
  'chat.snoozed',
  'chat.unsnoozed',
  'chat.closed',
  'message.chat.customer',
  'message.email.customer',
  'message.chat.agent',
  'message.email.agent',
  'customer.new',
  'customer.email_updated',
  'customer.tags_changed',
  'customer.blocked',
  'customer.unblocked',
  'customer.deleted',
]
/** Events that HelpCrunch documents beside them: acknowledged, and ignored. */
const OTHER_TYPES = ['chat.rated', 'message.private', 'customer.unsubscribed', 'customer.subscribed']
/** What is counted in the place of a type that could not be read. */
const UNREAD_TYPES = ['unsigned', 'malformed', 'misdirected']
const DOCUMENTED = new Set([...ROUTED_TYPES, ...OTHER_TYPES, ...UNREAD_TYPES])

/** A type that HelpCrunch does not document is counted as `other`, so that no sender can make series without end. */
export function isDocumented(type: string): boolean {
  return DOCUMENTED.has(type)
}

const OF_ROUTED_TYPES: readonly WebhookStatus[] = ['accepted', 'duplicate', 'ignored', 'rejected', 'unavailable']

/** Every status with each type that can have it. */
export const WEBHOOK_SERIES: readonly (readonly [WebhookStatus, string])[] = [
  ...ROUTED_TYPES.flatMap((type) => OF_ROUTED_TYPES.map((status) => [status, type] as const)),
  ...[...OTHER_TYPES, 'other'].map((type) => ['ignored', type] as const),
  ...UNREAD_TYPES.map((type) => ['rejected', type] as const),
]
