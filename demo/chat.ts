import { describeBriefly, type StandInCustomer } from './customer.ts'

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

export interface StandInMessage {
  readonly id: number
  readonly from: 'agent' | 'customer'
  readonly type: 'message' | 'email' | 'tech' | 'private'
  readonly text: string
  readonly createdAt: number
  readonly broadcastType: string | null
  readonly agentId: number | null
}

export interface StandInChat {
  readonly id: number
  readonly customerId: number
  readonly createdAt: number
  readonly createdWith: 'public_api' | 'broadcast_reply' | 'agent_message' | 'customer_message'
  /** The latest messages, the oldest first. */
  readonly messages: StandInMessage[]
  readonly communicatedAgentIds: Set<number>
  departmentId: number | null
  status: 'new' | 'opened' | 'pending' | 'onhold' | 'no communication' | 'closed' | 'empty'
  assigneeId: number | null
  snoozedUntil: number | null
  isDeleted: boolean
  updatedAt: number
  /** `null`: the customer never wrote. */
  lastCustomerMessageAt: number | null
  readByAgent: boolean
}

/** How a chat begins, other than by a customer who writes. */
export type ChatBeginning = Partial<
  Pick<StandInChat, 'createdWith' | 'status' | 'assigneeId' | 'lastCustomerMessageAt'>
> & { readonly communicatedAgentIds?: readonly number[] }

/** The chat as the REST API shows it. */
export function describeChat(
  chat: StandInChat,
  account: {
    readonly agents: readonly StandInAgent[]
    readonly departments: readonly StandInDepartment[]
    readonly customer: StandInCustomer
    readonly now: number
  },
) {
  const { agents, departments, customer } = account
  const department = departments.find(({ id }) => id === chat.departmentId)
  const last = chat.messages.at(-1)
  return {
    id: chat.id,
    status: chat.status,
    closedBy: chat.status === 'closed' ? 'agent' : null,
    rating: null,
    createdAt: seconds(chat.createdAt),
    createdWith: chat.createdWith,
    closedAt: null,
    lastMessageAt: last === undefined ? null : `${seconds(last.createdAt)}.713`,
    lastMessageText: last?.text ?? null,
    lastMessageId: last?.id ?? null,
    lastCustomerMessageAt: chat.lastCustomerMessageAt === null ? null : seconds(chat.lastCustomerMessageAt),
    lastCommunicatedAgentId: [...chat.communicatedAgentIds].at(-1) ?? null,
    readByAgent: chat.readByAgent,
    readByCustomer: false,
    snoozedUntil: chat.snoozedUntil === null ? null : String(seconds(chat.snoozedUntil)),
    applicationId: 1,
    agents: agents.filter(({ id }) => chat.communicatedAgentIds.has(id)),
    customer: describeBriefly(customer),
    assignee: agents.find(({ id }) => id === chat.assigneeId) ?? null,
    department: department === undefined ? null : { id: department.id, name: department.name },
  }
}

/** The message as `GET /chats/{id}/messages` shows it. */
export function describeMessage(message: StandInMessage, agents: readonly StandInAgent[]) {
  const { agentId, createdAt, ...rest } = message
  return { ...rest, createdAt: seconds(createdAt), agent: agents.find(({ id }) => id === agentId) ?? null }
}

/** UNIX seconds, as HelpCrunch counts. */
export function seconds(ms: number): number {
  return Math.floor(ms / 1000)
}
