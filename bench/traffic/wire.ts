import { createHmac, randomUUID } from 'node:crypto'
import type { TrafficSetup } from './contract.ts'

export const API_KEY = 'bench-api-key-0123456789'
export const SIGNING_KEY = 'bench-signing-key-0123456789'
/** Far above the ids of chats that are opened during a measurement. */
export const FIRST_SEEDED_CHAT = 1_000_000_000
export const SEEDED_DEPARTMENT = 10

/** Twenty agents, each in one to three of three departments. */
export const TEAM: TrafficSetup = {
  accounts: 1,
  agents: 20,
  departments: [
    { id: 10, first: 1, last: 10 },
    { id: 20, first: 8, last: 20 },
    { id: 30, first: 5, last: 15 },
  ],
}

/** An account's name where there are several, which is its API key too. */
export const accountName = (index: number): string => `account-${index}`

/** A webhook's body, and its `X-HelpCrunch-Signature`. */
export interface SignedWebhook {
  readonly body: string
  readonly signature: string
}

/** A chat's webhook in the form that HelpCrunch's documentation shows, signed over its bytes. */
export function signWebhook(event: string, chat: ChatState): SignedWebhook {
  const { id, ...rest } = describeChat(chat)
  const createdAt = seconds(Date.now())
  const eventData = { chat_id: id, communicatedAgents: [], ...rest }
  const body = JSON.stringify({ event, eventData, id: randomUUID(), createdAt, attempts: 0, lastAttemptAt: createdAt })
  return { body, signature: createHmac('sha1', SIGNING_KEY).update(body).digest('hex') }
}

export interface ChatState {
  readonly id: number
  readonly departmentId: number
  readonly assigneeId: number | null
  readonly status: 'new' | 'opened' | 'closed'
}

/** The chat as the REST API shows it. */
export function describeChat({ id, departmentId, assigneeId, status }: ChatState) {
  const now = seconds(Date.now())
  return {
    id,
    status,
    closedBy: status === 'closed' ? 'agent' : null,
    rating: null,
    createdAt: now,
    closedAt: null,
    lastMessageAt: `${now}.713`,
    lastCustomerMessageAt: now,
    snoozedUntil: null,
    applicationId: 1,
    agents: [],
    customer: { id: id * 10, name: `Customer ${id}`, email: `customer-${id}@example.com`, userId: null },
    assignee: assigneeId === null ? null : describeAgent(assigneeId),
    department: { id: departmentId, name: `Department ${departmentId}` },
  }
}

export function describeAgent(id: number) {
  return { id, name: `Agent ${id}`, email: `agent-${id}@example.com`, role: 'agent' }
}

function seconds(ms: number): number {
  return Math.floor(ms / 1000)
}
