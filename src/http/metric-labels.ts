import type { AssignmentState, Meter, Outcome } from '../domain.ts'

type WebhookStatus = Parameters<Meter['webhook']>[0]

/** All values of a label. The record's type requires each of them. */
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
/** Other events that HelpCrunch documents: acknowledged and ignored. */
const OTHER_TYPES = ['chat.rated', 'message.private', 'customer.unsubscribed', 'customer.subscribed']
/** Counted instead of a type that could not be read. */
const UNREAD_TYPES = ['unsigned', 'malformed', 'misdirected']
const DOCUMENTED = new Set([...ROUTED_TYPES, ...OTHER_TYPES, ...UNREAD_TYPES])

/**
 * Whether HelpCrunch documents the type. Other types are counted as `other`, so that no sender can create endless
 * series.
 */
export function isDocumented(type: string): boolean {
  return DOCUMENTED.has(type)
}

const OF_ROUTED_TYPES: readonly WebhookStatus[] = ['accepted', 'duplicate', 'ignored', 'rejected', 'unavailable']

/** All combinations of a status with a type that can have it. */
export const WEBHOOK_SERIES: readonly (readonly [WebhookStatus, string])[] = [
  ...ROUTED_TYPES.flatMap((type) => OF_ROUTED_TYPES.map((status) => [status, type] as const)),
  ...[...OTHER_TYPES, 'other'].map((type) => ['ignored', type] as const),
  ...UNREAD_TYPES.map((type) => ['rejected', type] as const),
]
