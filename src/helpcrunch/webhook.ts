import { createHash } from 'node:crypto'
import type { ChatEvent, ChatId, ChatSnapshot, CustomerId, EventId, Reading } from '../domain.ts'
import { readAgentReference } from './agent.ts'
import { INDEFINITELY, readSnapshot } from './chat.ts'
import { readFacts } from './facts.ts'
import { asId, asObject, asText, asTime, isObject, type Json } from './fields.ts'

const SNAPSHOT_TYPES = new Set([
  'chat.new',
  'chat.assigned',
  'chat.status_updated',
  'chat.snoozed',
  'chat.unsnoozed',
  'chat.closed',
])
const CUSTOMER_MESSAGE_TYPES = new Set(['message.chat.customer', 'message.email.customer'])
const AGENT_MESSAGE_TYPES = new Set(['message.chat.agent', 'message.email.agent'])
/**
 * Events after which a rule may decide differently. `customer.unsubscribed` and `customer.subscribed` change nothing
 * that a rule can use.
 */
const CUSTOMER_TYPES = new Set([
  'customer.new',
  'customer.email_updated',
  'customer.tags_changed',
  'customer.blocked',
  'customer.unblocked',
  'customer.deleted',
])
const MAX_ID_LENGTH = 200
/** HelpCrunch's clock may be ahead of ours, but not by a day. */
const MAX_AHEAD_MS = 24 * 60 * 60_000

/**
 * Reads a webhook's envelope. Never throws: an unusable one gives the reason.
 * @param receivedAt used if the envelope has no `createdAt`
 */
export function readWebhook(envelope: Json, receivedAt: number): Reading {
  const type = asText(envelope.event)?.slice(0, MAX_ID_LENGTH) ?? 'none'
  if (CUSTOMER_TYPES.has(type)) return readCustomerEvent(type, envelope, receivedAt)
  const isSnapshot = SNAPSHOT_TYPES.has(type)
  if (!isSnapshot && !CUSTOMER_MESSAGE_TYPES.has(type) && !AGENT_MESSAGE_TYPES.has(type)) {
    return { ignored: 'not an event that routing uses', type }
  }
  const data = readEventData(envelope.eventData)
  if (data === null) return { ignored: 'eventData is not an object', type }
  const chatId = asId<ChatId>(data.chat_id) ?? asId<ChatId>(data.id)
  if (chatId === null) return { ignored: 'no usable chat id', type }
  const head = {
    id: readEventId(envelope),
    type,
    chatId,
    occurredAt: readOccurredAt(envelope.createdAt, receivedAt),
    facts: readFacts(type, data),
  }
  if (isSnapshot) return { event: { ...head, kind: 'snapshot', snapshot: readEvent(type, data) } }
  if (CUSTOMER_MESSAGE_TYPES.has(type)) return { event: { ...head, kind: 'customer message' } }
  if (asObject(data.message).type === 'private') return { ignored: 'a private note, not an answer', type }
  return { event: readAgentMessage(head, data) }
}

/** Reads a customer event as a mere notice: it is not documented whether an event has all of the customer's data. */
function readCustomerEvent(type: string, envelope: Json, receivedAt: number): Reading {
  const data = readEventData(envelope.eventData)
  if (data === null) return { ignored: 'eventData is not an object', type }
  const customerId = asId<CustomerId>(data.id) ?? asId<CustomerId>(data.customer_id)
  if (customerId === null) return { ignored: 'no usable customer id', type }
  const kind = type === 'customer.deleted' ? 'customer deleted' : 'customer changed'
  const occurredAt = readOccurredAt(envelope.createdAt, receivedAt)
  return { customerEvent: { kind, id: readEventId(envelope), type, customerId, occurredAt } }
}

/**
 * Reads the event's time. A time far ahead (milliseconds for seconds, for example) would make every later event of the
 * chat seem old, so `receivedAt` is used instead.
 */
function readOccurredAt(createdAt: unknown, receivedAt: number): number {
  const occurredAt = asTime(createdAt) ?? receivedAt
  return occurredAt > receivedAt + MAX_AHEAD_MS ? receivedAt : occurredAt
}

/** Reads the event's snapshot. What the event's name implies fills or overrides the snapshot. */
function readEvent(type: string, data: Json): ChatSnapshot {
  const snapshot = readSnapshot(data)
  switch (type) {
    case 'chat.new':
    case 'chat.assigned':
      return { ...snapshot, assigneeId: snapshot.assigneeId ?? null, assignee: snapshot.assignee ?? null }
    case 'chat.closed':
      return { ...snapshot, status: 'closed' }
    case 'chat.snoozed':
      return { ...snapshot, snoozedUntil: snapshot.snoozedUntil ?? INDEFINITELY }
    case 'chat.unsnoozed':
      return { ...snapshot, snoozedUntil: null }
    default:
      return snapshot
  }
}

/**
 * Reads a message event of an agent. With `broadcastType` a machine sent the message in an agent's name, with `tech`
 * the system wrote it, and without an agent the writer is not documented. None of these is a person's answer.
 */
function readAgentMessage(head: Omit<ChatEvent, 'kind'>, data: Json): ChatEvent {
  const agent = readAgentReference(data.agent)
  const { broadcastType, type } = asObject(data.message)
  const isAutomatic = agent === null || asText(broadcastType) !== null || type === 'tech'
  return { ...head, kind: 'agent message', agentId: agent?.id ?? null, agent, isAutomatic }
}

/** Reads `eventData` as an object, or as the JSON string that one public consumer had to accept. */
function readEventData(value: unknown): Json | null {
  if (isObject(value)) return value
  if (typeof value !== 'string') return null
  try {
    const parsed: unknown = JSON.parse(value)
    return isObject(parsed) ? parsed : null
  } catch {
    return null
  }
}

/** The event's own id; without it, a hash of everything that stays the same when the webhook is delivered again. */
function readEventId(envelope: Json): EventId {
  const id = asText(envelope.id) ?? (typeof envelope.id === 'number' ? String(envelope.id) : null)
  if (id !== null && id.length <= MAX_ID_LENGTH && !id.includes('\0') && id.isWellFormed()) return id as EventId
  const { attempts: _attempts, lastAttemptAt: _lastAttemptAt, ...rest } = asObject(envelope)
  return `sha256:${createHash('sha256').update(JSON.stringify(rest)).digest('hex')}` as EventId
}
