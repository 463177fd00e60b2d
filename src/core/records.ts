/** The records that the core holds of an account. Types only. */
import type { Decision } from '../decision.ts'
import type {
  Agent,
  AgentId,
  AssignmentId,
  AssignmentState,
  Channel,
  Chat,
  ChatEvent,
  ChatId,
  CustomerFacts,
  CustomerId,
  EventId,
  FoundChat,
} from '../domain.ts'

/** One failed attempt. */
export interface Attempt {
  readonly at: number
  readonly agentId: AgentId | null
  readonly reason: string
}

/** Everything on record about a chat. */
export interface ChatHistory {
  readonly chat: Chat
  readonly assignments: readonly {
    readonly id: AssignmentId
    readonly state: AssignmentState
    readonly openedAt: number
    readonly settledAt: number | null
    readonly agentId: AgentId | null
    readonly notBefore: number
    readonly attempts: readonly Attempt[]
    readonly decisions: readonly Decision[]
  }[]
}

/** The task to find an agent for a chat, from the moment when the chat needs one until it is settled. */
export interface Assignment {
  readonly id: AssignmentId
  readonly chatId: ChatId
  /** The input that opened it. */
  readonly eventId: EventId
  readonly state: AssignmentState
  /** The pool of the chat: see `poolOf`. */
  readonly pool: string
  readonly openedAt: number
  /** The place in the queue: when the assignment was opened, less the lead of its priority, in ms. */
  readonly rankAt: number
  /** The assignment is not tried before this time; 0: at any time. */
  readonly notBefore: number
  /** The agent of the last decision, for whom a slot is reserved. */
  readonly agentId: AgentId | null
  /** The last decision in a sentence. */
  readonly summary: string | null
  readonly failures: number
  readonly refusals: number
  readonly settledAt: number | null
  readonly attempts: readonly Attempt[]
  /** What the decision took from the agents, to be given back; `null`: nothing. */
  readonly choice: Choice | null
}

/** What a decision took from the agents, to be given back if its PUT had no effect. */
export interface Choice {
  readonly at: number
  readonly position: number
  readonly positionBefore: number
  /** How far the decision moved each candidate's credit. */
  readonly credits: readonly { readonly agentId: AgentId; readonly by: number }[]
}

/**
 * How current our knowledge of a chat's assignee is. A number: since when HelpCrunch's last statement holds. `doubted`:
 * something contradicts it, so the chat is fetched before it is assigned. `asked`: that fetch is under way; a later
 * doubt is a new one.
 */
export type Verification = number | 'doubted' | 'asked'

/** The agents whose load includes a chat. */
export interface Holders {
  readonly heldBy: AgentId | null
  /**
   * The agent who is about to get the chat. Until then it counts for both agents, so that the present one is not filled
   * up early.
   */
  readonly reservedFor: AgentId | null
}

/** One chat with its open assignment, as the account's state holds it. */
export interface ChatRecord {
  readonly chat: Chat
  readonly open: Assignment | null
  readonly verifiedAt: Verification
  readonly holders: Holders
  /** How much the chat counts in a load, in hundredths of a chat. */
  readonly heldLoad: number
}

/** An agent with the fields that only the core needs. `agent.load` is `loadHundredths` in chats. */
export interface AgentRecord {
  readonly agent: Agent
  readonly loadHundredths: number
  /** HelpCrunch lists the agent. An unlisted agent is known because of its chats, and gets no more. */
  readonly isListed: boolean
  readonly seenAt: number | null
}

export interface LastAgent {
  readonly agentId: AgentId
  readonly at: number
}

/** A customer as it was last read from HelpCrunch. */
export interface CustomerRecord {
  readonly readAt: number
  /** A webhook has said since that the customer changed. */
  readonly isStale: boolean
  /** `null`: never read. After a failed reading, the facts of the previous one. */
  readonly facts: CustomerFacts | null
  /** Why the last reading failed, or `null`. */
  readonly failure: string | null
}

/** The facts in the form that is kept: texts, tags and attributes have become labels. */
export interface SortedFacts {
  readonly customerId: CustomerId | null
  readonly channel: Channel | null
  readonly applicationId: number | null
  readonly isBroadcastReply?: boolean | undefined
  /** The labels with a phrase in the text. */
  readonly said: readonly string[]
  /** The labels by what the event says of its customer. */
  readonly byCustomer: readonly string[]
}

/** An event as it is stored and applied. */
export type SortedEvent = Sorted<ChatEvent>
type Sorted<Event> = Event extends ChatEvent ? Omit<Event, 'facts'> & { readonly facts: SortedFacts } : never

export type SortedFound = Omit<FoundChat, 'facts'> & { readonly facts: SortedFacts }
