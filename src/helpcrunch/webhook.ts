import { createHash } from 'node:crypto'
import type { AgentId, ChatEvent, ChatId, ChatSnapshot, EventId, Reading } from '../domain.ts'
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
const MAX_ID_LENGTH = 200
/** HelpCrunch's clock may be ahead of ours, but not by a day. */
const MAX_AHEAD_MS = 24 * 60 * 60_000

/**
 * Turns a webhook's envelope into an event. Never throws: what cannot be used says why.
 * @param receivedAt stands in for an envelope without `createdAt`
 */
export function readWebhook(envelope: Json, receivedAt: number): Reading {
  const type = asText(envelope.event)?.slice(0, MAX_ID_LENGTH) ?? 'none'
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
  return {
    event: isSnapshot ? { ...head, kind: 'snapshot', snapshot: readEvent(type, data) } : readMessage(head, data),
  }
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
      return { ...snapshot, assigneeId: snapshot.assigneeId ?? null }
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

function readMessage(head: Omit<ChatEvent, 'kind'>, data: Json): ChatEvent {
  if (CUSTOMER_MESSAGE_TYPES.has(head.type)) return { ...head, kind: 'customer message' }
  const agent = data.agent
  return { ...head, kind: 'agent message', agentId: asId<AgentId>(isObject(agent) ? agent.id : agent) }
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
