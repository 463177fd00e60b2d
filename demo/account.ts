import { randomUUID } from 'node:crypto'
import type { Clock } from '../src/domain.ts'

export interface StandInAgent {
  readonly id: number
  readonly name: string
  readonly email: string
  readonly role: string
}

export interface StandInDepartment {
  readonly id: number
  readonly name: string
  readonly agentIds: readonly number[]
}

export interface StandInChat {
  readonly id: number
  readonly departmentId: number | null
  /** The customer's, such as `fr`. */
  readonly language?: string | undefined
  readonly createdAt: number
  status: 'new' | 'opened' | 'closed'
  assigneeId: number | null
  snoozedUntil: number | null
  isDeleted: boolean
  updatedAt: number
  lastCustomerMessageAt: number
}

/** A webhook before it is signed. */
export interface Envelope {
  readonly event: string
  readonly eventData: object
  readonly id: string
  readonly createdAt: number
  readonly chatId: number
}

export type Account = ReturnType<typeof createAccount>

/**
 * What HelpCrunch keeps of one account, and the webhooks that follow from what happens to it. `emit` gets each of them
 * in the form that the documentation shows.
 */
export function createAccount(parts: {
  agents: readonly StandInAgent[]
  departments: readonly StandInDepartment[]
  clock: Clock
  emit: (envelope: Envelope) => void
}) {
  const { clock } = parts
  const chats = new Map<number, StandInChat>()
  const mostAtOnce = new Map<number, number>()
  let lastChatId = 1000

  function emit(event: string, chat: StandInChat, eventData: object): void {
    chat.updatedAt = clock.now()
    parts.emit({ event, eventData, id: randomUUID(), createdAt: seconds(clock.now()), chatId: chat.id })
  }

  function emitChat(event: string, chat: StandInChat): void {
    const { id, ...rest } = describeChat(chat)
    emit(event, chat, { chat_id: id, communicatedAgents: [], ...rest })
  }

  function emitMessage(event: string, chat: StandInChat, agentId: number | null): void {
    const message = { id: chat.id * 100, text: 'Hello', createdAt: seconds(clock.now()), broadcastType: null }
    emit(event, chat, { chat_id: chat.id, agent: describeAgent(agentId), customer: describeCustomer(chat), message })
  }

  /** The chat as the REST API shows it. */
  function describeChat(chat: StandInChat) {
    const department = parts.departments.find(({ id }) => id === chat.departmentId)
    return {
      id: chat.id,
      status: chat.status,
      closedBy: chat.status === 'closed' ? 'agent' : null,
      rating: null,
      createdAt: seconds(chat.createdAt),
      closedAt: null,
      lastMessageAt: `${seconds(clock.now())}.713`,
      lastCustomerMessageAt: seconds(chat.lastCustomerMessageAt),
      snoozedUntil: chat.snoozedUntil === null ? null : String(seconds(chat.snoozedUntil)),
      applicationId: 1,
      agents: [],
      customer: describeCustomer(chat),
      assignee: describeAgent(chat.assigneeId),
      department: department === undefined ? null : { id: department.id, name: department.name },
    }
  }

  function describeAgent(agentId: number | null): StandInAgent | null {
    return parts.agents.find(({ id }) => id === agentId) ?? null
  }

  function loadOf(agentId: number): number {
    let load = 0
    for (const chat of chats.values()) {
      if (chat.assigneeId === agentId && chat.status !== 'closed' && chat.snoozedUntil === null) load += 1
    }
    return load
  }

  function setAssignee(chat: StandInChat, agentId: number | null): void {
    chat.assigneeId = agentId
    if (agentId !== null) mostAtOnce.set(agentId, Math.max(mostAtOnce.get(agentId) ?? 0, loadOf(agentId)))
    emitChat('chat.assigned', chat)
  }

  return {
    chats,
    agents: parts.agents,
    departments: parts.departments,
    describeChat,
    loadOf,
    /** The most chats that each agent ever had at once. */
    mostAtOnce: mostAtOnce as ReadonlyMap<number, number>,
    openChat(departmentId: number | null, language?: string): StandInChat {
      lastChatId += 1
      const chat: StandInChat = {
        id: lastChatId,
        departmentId,
        language,
        createdAt: clock.now(),
        status: 'new',
        assigneeId: null,
        snoozedUntil: null,
        isDeleted: false,
        updatedAt: clock.now(),
        lastCustomerMessageAt: clock.now(),
      }
      chats.set(chat.id, chat)
      emitChat('chat.new', chat)
      return chat
    },
    /** By the API or by hand: HelpCrunch tells of both in the same way. */
    assign: setAssignee,
    customerWrites(chat: StandInChat): void {
      chat.lastCustomerMessageAt = clock.now()
      if (chat.status === 'closed') chat.status = 'opened'
      emitMessage('message.chat.customer', chat, null)
    },
    agentWrites(chat: StandInChat, agentId: number): void {
      chat.status = 'opened'
      if (chat.assigneeId === null) setAssignee(chat, agentId)
      emitMessage('message.chat.agent', chat, agentId)
    },
    snooze(chat: StandInChat, untilMs: number): void {
      chat.snoozedUntil = untilMs
      emitChat('chat.snoozed', chat)
    },
    unsnooze(chat: StandInChat): void {
      chat.snoozedUntil = null
      emitChat('chat.unsnoozed', chat)
    },
    close(chat: StandInChat): void {
      chat.status = 'closed'
      emitChat('chat.closed', chat)
    },
    /** It disappears without a word: HelpCrunch has no event for that. */
    delete(chat: StandInChat): void {
      chat.isDeleted = true
    },
  }
}

function describeCustomer(chat: StandInChat) {
  const { id, language } = chat
  return { id: id * 10, name: `Customer ${id}`, email: `customer-${id}@example.com`, userId: null, language }
}

function seconds(ms: number): number {
  return Math.floor(ms / 1000)
}
