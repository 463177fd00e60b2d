/**
 * What HelpCrunch tells in webhooks and in answers of its API. Types only; `domain.ts` exports them to all folders.
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

/**
 * How a chat began: through the API, by a reply to an automatic or mass message, by an agent's message, by the
 * customer's message.
 */
export type CreatedWith = 'public_api' | 'broadcast_reply' | 'agent_message' | 'customer_message'

/** An agent as a chat or a message names it. The roster may lack it: HelpCrunch's chatbot, or a deleted agent. */
export interface AgentReference {
  readonly id: AgentId
  readonly name: string | null
  readonly role: string | null
}

/** What HelpCrunch said of a chat at one moment. `undefined`: not said; `null`: HelpCrunch said that there is none. */
export interface ChatSnapshot {
  /** One of `ChatStatus`; `undefined` for an unknown spelling. */
  readonly status?: string | undefined
  readonly departmentId?: DepartmentId | null | undefined
  readonly departmentName?: string | undefined
  readonly assigneeId?: AgentId | null | undefined
  /** The assignee with its name, which identifies a bot that is not in the roster. */
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

/** How a customer writes to us; `chat` is the widget. */
export type Channel = 'chat' | 'email' | Messenger

/**
 * What a payload says of a chat beyond its state. Labels are made from this on arrival; texts, tags and attributes are
 * not kept.
 */
export interface ChatFacts {
  readonly customerId: CustomerId | null
  /** The payload's channel; `null`: not said. The customer's messenger, once known, is more exact than `chat`. */
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

/** The facts of a customer that a rule can use: no name, e-mail address or phone number. */
export interface CustomerFacts {
  readonly tags: readonly string[]
  readonly attributes: Readonly<Record<string, AttributeValue>>
  /** A language with or without its region, such as `uk` or `fr-CA`. */
  readonly locale: string | null
  /** Where HelpCrunch got the customer from, such as `telegram`, in HelpCrunch's spelling. */
  readonly createdFrom: string | null
  /** The messenger that `createdFrom` names, or `null`. */
  readonly messenger: Messenger | null
  readonly company: string | null
  /** Two letters, such as `UA`. */
  readonly countryCode: string | null
  readonly createdAt: number | null
  /** The address of the customer's last page, without query and fragment, which may contain names of people. */
  readonly lastPage: string | null
  readonly isBlocked: boolean
}

/** A chat in the result of a search. */
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

/** A webhook that matters to routing, in any of HelpCrunch's formats. */
export type ChatEvent =
  | (EventHead & { readonly kind: 'snapshot'; readonly snapshot: ChatSnapshot })
  | (EventHead & { readonly kind: 'customer message' })
  | (EventHead & {
      readonly kind: 'agent message'
      readonly agentId: AgentId | null
      readonly agent?: AgentReference | null
      /**
       * A machine wrote the message in an agent's name, or nothing says that an agent did: it is no answer, and no sign
       * of presence.
       */
      readonly isAutomatic?: boolean
    })

/** A webhook about a customer, not about a chat. It may tell only part of the customer, so its content is not used. */
export interface CustomerEvent {
  readonly kind: 'customer changed' | 'customer deleted'
  readonly id: EventId
  /** The event's name on the wire, such as `customer.tags_changed`. */
  readonly type: string
  readonly customerId: CustomerId
  readonly occurredAt: number
}

/** What a webhook's body contains: an event of a chat, of a customer, or nothing that we use, with the reason. */
export type Reading =
  | { readonly event: ChatEvent }
  | { readonly customerEvent: CustomerEvent }
  | { readonly ignored: string; readonly type: string }

/** The HelpCrunch account as a whole. */
export interface Organization {
  /** The part of its address before `.helpcrunch.com`. */
  readonly domain: string | null
  /** Whether the team as a whole is online: the only presence that the API shows. `null`: not said. */
  readonly teamOnline: boolean | null
  readonly chatEnabled: boolean | null
}
