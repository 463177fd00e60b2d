import { randomUUID } from 'node:crypto'
import type { Clock } from '../src/domain.ts'
import {
  describeChat,
  describeMessage,
  seconds,
  type ChatBeginning,
  type StandInAgent,
  type StandInChat,
  type StandInDepartment,
  type StandInMessage,
} from './chat.ts'
import { describeBriefly, type CustomerTraits } from './customer.ts'
import { createCustomers } from './customers.ts'

export type { StandInAgent, StandInChat, StandInDepartment } from './chat.ts'

/** Of a longer chat only its last messages are kept. */
const MAX_MESSAGES = 50

/** A webhook before it is signed. */
export interface Envelope {
  readonly event: string
  readonly eventData: object
  readonly id: string
  readonly createdAt: number
  /** `0` for an event of a customer. */
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
  const customers = createCustomers(
    () => clock.now(),
    (event, eventData) => send(event, eventData, 0),
  )
  const mostAtOnce = new Map<number, number>()
  const organization = { id: 1, domain: 'demo', teamOnline: true, chatEnabled: true }
  let lastChatId = 1000
  let lastMessageId = 0

  function send(event: string, eventData: object, chatId: number): void {
    parts.emit({ event, eventData, id: randomUUID(), createdAt: seconds(clock.now()), chatId })
  }

  function emitChat(event: string, chat: StandInChat): void {
    chat.updatedAt = clock.now()
    const { id, agents, ...rest } = describe(chat)
    send(event, { chat_id: id, communicatedAgents: agents.map((agent) => agent.id), ...rest }, id)
  }

  /** A message event has no department, no assignee, and no type of the message. */
  function addMessage(event: string, chat: StandInChat, given: Partial<StandInMessage>): void {
    chat.updatedAt = clock.now()
    lastMessageId += 1
    const message: StandInMessage = {
      id: lastMessageId,
      from: 'customer',
      type: event.startsWith('message.email') ? 'email' : 'message',
      text: 'Hello',
      createdAt: clock.now(),
      broadcastType: null,
      agentId: null,
      ...given,
    }
    chat.messages.push(message)
    if (chat.messages.length > MAX_MESSAGES) chat.messages.shift()
    const { id, text, createdAt, broadcastType, agent } = describeMessage(message, parts.agents)
    const shown = { id, text, createdAt, updatedAt: null, edited: false, read: false, broadcastType, applicationId: 1 }
    send(
      event,
      { chat_id: chat.id, agent, customer: describeBriefly(customers.get(chat.customerId)), message: shown },
      chat.id,
    )
  }

  function describe(chat: StandInChat) {
    const { agents, departments } = parts
    return describeChat(chat, { agents, departments, customer: customers.get(chat.customerId), now: clock.now() })
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
    customers: customers.byId,
    organization,
    agents: parts.agents,
    departments: parts.departments,
    describeChat: describe,
    describeOrganization: () => ({ data: organization }),
    loadOf,
    /** The most chats that each agent ever had at once. */
    mostAtOnce: mostAtOnce as ReadonlyMap<number, number>,
    /**
     * A customer writes for the first time, unless `beginning` says otherwise.
     * @param traits of the customer, who is a new one where no `id` is given; or only their language
     */
    openChat(
      departmentId: number | null,
      traits: string | CustomerTraits = {},
      beginning: ChatBeginning = {},
    ): StandInChat {
      lastChatId += 1
      const now = clock.now()
      const known = typeof traits === 'string' ? { locale: traits } : traits
      const customerId = known.id ?? lastChatId * 10
      customers.save(customerId, known)
      const { communicatedAgentIds = [], ...begun } = beginning
      const chat: StandInChat = {
        id: lastChatId,
        customerId,
        createdAt: now,
        createdWith: 'customer_message',
        messages: [],
        communicatedAgentIds: new Set(communicatedAgentIds),
        departmentId,
        status: 'new',
        assigneeId: null,
        snoozedUntil: null,
        isDeleted: false,
        updatedAt: now,
        lastCustomerMessageAt: now,
        readByAgent: false,
        ...begun,
      }
      chats.set(chat.id, chat)
      emitChat('chat.new', chat)
      return chat
    },
    /** By the API or by hand: HelpCrunch tells of both in the same way. */
    assign: setAssignee,
    /** Without an assignee, unless one is named. */
    transfer(chat: StandInChat, departmentId: number | null, agentId: number | null = null): void {
      chat.departmentId = departmentId
      setAssignee(chat, agentId)
    },
    customerWrites(chat: StandInChat, channel: 'chat' | 'email' = 'chat', text = 'Hello'): void {
      chat.lastCustomerMessageAt = clock.now()
      chat.readByAgent = false
      if (chat.status !== 'new') chat.status = 'opened'
      addMessage(`message.${channel}.customer`, chat, { text })
    },
    /** HelpCrunch assigns a chat of nobody's to the agent who answers. */
    agentWrites(chat: StandInChat, agentId: number): void {
      chat.status = 'opened'
      chat.readByAgent = true
      chat.communicatedAgentIds.add(agentId)
      if (chat.assigneeId === null) setAssignee(chat, agentId)
      addMessage('message.chat.agent', chat, { from: 'agent', agentId })
    },
    /** A machine writes: in an agent's name where one is given. It is assigned to no chat by that. */
    machineWrites(chat: StandInChat, agentId: number | null, broadcastType: string | null): void {
      const type = broadcastType === null ? 'tech' : 'message'
      addMessage('message.chat.agent', chat, { from: 'agent', agentId, broadcastType, type })
    },
    changeCustomer: customers.change,
    deleteCustomer: customers.delete,
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
