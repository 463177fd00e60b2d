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
/** After these a rule may see another customer. `customer.unsubscribed` and `customer.subscribed` change nothing that a rule can use. */
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
 * Turns a webhook's envelope into an event. Never throws: what cannot be used says why.
 * @param receivedAt stands in for an envelope without `createdAt`
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

/** What the customer is like now has to be asked for: whether an event tells all of it is not documented. */
function readCustomerEvent(type: string, envelope: Json, receivedAt: number): Reading {
  const data = readEventData(envelope.eventData)
  if (data === null) return { ignored: 'eventData is not an object', type }
  const customerId = asId<CustomerId>(data.id) ?? asId<CustomerId>(data.customer_id)
  if (customerId === null) return { ignored: 'no usable customer id', type }
  const kind = type === 'customer.deleted' ? 'customer deleted' : 'customer changed'
  const occurredAt = readOccurredAt(envelope.createdAt, receivedAt)
  return { customerEvent: { kind, id: readEventId(envelope), type, customerId, occurredAt } }
}

/** A time from far ahead (milliseconds for seconds, say) would make every later event of the chat seem old: it is none. */
function readOccurredAt(createdAt: unknown, receivedAt: number): number {
  const occurredAt = asTime(createdAt) ?? receivedAt
  return occurredAt > receivedAt + MAX_AHEAD_MS ? receivedAt : occurredAt
}

/** What the event's name says outweighs what its snapshot leaves out. */
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
 * `broadcastType` says that a machine sent the message in an agent's name, and `tech` that the system wrote it. Without an agent
 * it is not documented who wrote it. None of these is a person's answer.
 */
function readAgentMessage(head: Omit<ChatEvent, 'kind'>, data: Json): ChatEvent {
  const agent = readAgentReference(data.agent)
  const { broadcastType, type } = asObject(data.message)
  const isAutomatic = agent === null || asText(broadcastType) !== null || type === 'tech'
  return { ...head, kind: 'agent message', agentId: agent?.id ?? null, agent, isAutomatic }
}

/** `eventData` as an object, or as the JSON string that one public consumer had to accept. */
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

/** The event's own id; without one, a hash of all that stays the same when the webhook is delivered again. */
function readEventId(envelope: Json): EventId {
  const id = asText(envelope.id) ?? (typeof envelope.id === 'number' ? String(envelope.id) : null)
  if (id !== null && id.length <= MAX_ID_LENGTH && !id.includes('\0') && id.isWellFormed()) return id as EventId
  const { attempts: _attempts, lastAttemptAt: _lastAttemptAt, ...rest } = asObject(envelope)
  return `sha256:${createHash('sha256').update(JSON.stringify(rest)).digest('hex')}` as EventId
}
