/**
 * What HelpCrunch tells, in webhooks and in answers of its API. Types only, for everything outside through `domain.ts`.
 * Times are milliseconds since the epoch (`…At`).
 */

declare const brand: unique symbol
type Branded<T, Name extends string> = T & { readonly [brand]: Name }

/** One HelpCrunch account, by its number in our database. */
export type AccountId = Branded<number, 'AccountId'>
export type ChatId = Branded<number, 'ChatId'>
export type AgentId = Branded<number, 'AgentId'>
export type DepartmentId = Branded<number, 'DepartmentId'>
export type CustomerId = Branded<number, 'CustomerId'>
export type AssignmentId = Branded<number, 'AssignmentId'>
/** The webhook's own id, and so its idempotency key. */
export type EventId = Branded<string, 'EventId'>

/** The documented statuses of a chat; every other spelling is folded to one of them. */
export type ChatStatus = 'new' | 'opened' | 'pending' | 'onhold' | 'no communication' | 'closed' | 'empty'

/** How a chat began: by the API, by a reply to an automatic or mass message, by an agent's message, by the customer's. */
export type CreatedWith = 'public_api' | 'broadcast_reply' | 'agent_message' | 'customer_message'

/** An agent as a chat or a message names them. The roster may not have them: HelpCrunch's chatbot, or a deleted agent. */
export interface AgentReference {
  readonly id: AgentId
  readonly name: string | null
  readonly role: string | null
}

/** What HelpCrunch said of a chat at one moment. `undefined`: it did not say; `null`: it said that there is none. */
export interface ChatSnapshot {
  /** One of `ChatStatus`; a status in no known spelling is not said. */
  readonly status?: string | undefined
  readonly departmentId?: DepartmentId | null | undefined
  readonly departmentName?: string | undefined
  readonly assigneeId?: AgentId | null | undefined
  /** The assignee with their name, by which a bot is told that the roster does not have. */
  readonly assignee?: AgentReference | null | undefined
  readonly snoozedUntil?: number | null | undefined
  readonly createdWith?: CreatedWith | undefined
  /** The agents who have written in the chat; without names where HelpCrunch gives only ids. */
  readonly communicatedAgents?: readonly AgentReference[] | undefined
  readonly lastCommunicatedAgentId?: AgentId | null | undefined
  /** Whether an agent has read the last message. */
  readonly readByAgent?: boolean | undefined
  /** When the customer last wrote; `null`: never. */
  readonly lastCustomerMessageAt?: number | null | undefined
}

/** The messengers that HelpCrunch connects, as a customer's `createdFrom` names them. */
export type Messenger = 'telegram' | 'viber' | 'facebook' | 'instagram' | 'whatsapp'

/** By which way a customer writes; `chat` is the widget. */
export type Channel = 'chat' | 'email' | Messenger

/** What is told of a chat beyond its state. Labels are made of it as it comes in; texts, tags and attributes are not kept. */
export interface ChatFacts {
  readonly customerId: CustomerId | null
  /** What this payload says; `null`: it does not say. The customer's messenger, once known, is more exact than `chat`. */
  readonly channel: Channel | null
  readonly applicationId: number | null
  /** The chat began with a reply to an automatic or mass message; `undefined`: not said. */
  readonly isBroadcastReply?: boolean | undefined
  readonly language: string | null
  readonly tags: readonly string[]
  readonly attributes: Readonly<Record<string, string>>
  readonly text: string
}

/** The value of a custom attribute, as HelpCrunch holds it. */
export type AttributeValue = string | number | boolean

/** Of a customer only what a rule can use: no name, e-mail address or phone number. */
export interface CustomerFacts {
  readonly tags: readonly string[]
  readonly attributes: Readonly<Record<string, AttributeValue>>
  /** A language with or without its region, such as `uk` or `fr-CA`. */
  readonly locale: string | null
  /** Where HelpCrunch has the customer from, such as `telegram`, in its own spelling. */
  readonly createdFrom: string | null
  /** The messenger that `createdFrom` names, or `null`. */
  readonly messenger: Messenger | null
  readonly company: string | null
  /** Two letters, such as `UA`. */
  readonly countryCode: string | null
  readonly createdAt: number | null
  /** The address of the page that the customer saw last, without its query and fragment, which may name people. */
  readonly lastPage: string | null
  readonly isBlocked: boolean
}

/** A chat as a search shows it. */
export interface FoundChat {
  readonly id: ChatId
  readonly snapshot: ChatSnapshot
  readonly facts: ChatFacts
  /** `null`: the customer never wrote. */
  readonly lastCustomerMessageAt: number | null
}

interface EventHead {
  readonly id: EventId
  /** The event's name on the wire, such as `chat.new`. */
  readonly type: string
  readonly chatId: ChatId
  readonly occurredAt: number
  readonly facts: ChatFacts
}

/** A webhook that matters to routing, whatever form it came in. */
export type ChatEvent =
  | (EventHead & { readonly kind: 'snapshot'; readonly snapshot: ChatSnapshot })
  | (EventHead & { readonly kind: 'customer message' })
  | (EventHead & {
      readonly kind: 'agent message'
      readonly agentId: AgentId | null
      readonly agent?: AgentReference | null
      /** A machine wrote it in an agent's name, or nothing says that an agent wrote it: no answer, and no presence. */
      readonly isAutomatic?: boolean
    })

/** A webhook about a customer, not about a chat. Whether it tells everything is unknown: what it tells may be less than there is. */
export interface CustomerEvent {
  readonly kind: 'customer changed' | 'customer deleted'
  readonly id: EventId
  /** The event's name on the wire, such as `customer.tags_changed`. */
  readonly type: string
  readonly customerId: CustomerId
  readonly occurredAt: number
}

/** What a webhook's body turned out to be: an event of a chat, of a customer, or the reason why it is of no use to us. */
export type Reading =
  | { readonly event: ChatEvent }
  | { readonly customerEvent: CustomerEvent }
  | { readonly ignored: string; readonly type: string }

/** The HelpCrunch account as a whole. */
export interface Organization {
  /** The part of its address before `.helpcrunch.com`. */
  readonly domain: string | null
  /** Whether the team as a whole is online: the only presence that the API tells. `null`: not said. */
  readonly teamOnline: boolean | null
  readonly chatEnabled: boolean | null
}
