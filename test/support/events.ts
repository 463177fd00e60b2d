import type { AgentId, ChatEvent, ChatFacts, ChatId, ChatSnapshot, DepartmentId, EventId } from '../../src/domain.ts'

export const chatId = (id: number) => id as ChatId
export const agentId = (id: number) => id as AgentId
export const departmentId = (id: number) => id as DepartmentId

/** Empty facts, with these changes. */
export function facts(more: Partial<ChatFacts> = {}): ChatFacts {
  return {
    customerId: null,
    channel: 'chat',
    applicationId: null,
    language: null,
    tags: [],
    attributes: {},
    text: '',
    ...more,
  }
}

let lastId = 0
function nextId(): EventId {
  lastId += 1
  return `event-${lastId}` as EventId
}

/** A snapshot event; unassigned and in no department by default. */
export function snapshotEvent(type: string, chat: number, occurredAt: number, snapshot: ChatSnapshot = {}): ChatEvent {
  const full = { status: 'new', assigneeId: null, departmentId: null, ...snapshot }
  return { kind: 'snapshot', id: nextId(), type, chatId: chatId(chat), occurredAt, facts: facts(), snapshot: full }
}

export function customerMessage(chat: number, occurredAt: number): ChatEvent {
  const head = { id: nextId(), type: 'message.chat.customer', chatId: chatId(chat), occurredAt, facts: facts() }
  return { kind: 'customer message', ...head }
}

export function agentMessage(chat: number, agent: number, occurredAt: number): ChatEvent {
  const head = { id: nextId(), type: 'message.chat.agent', chatId: chatId(chat), occurredAt, facts: facts() }
  return { kind: 'agent message', ...head, agentId: agentId(agent) }
}
