/** What the core holds of an account. Types only. */
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
  CustomerId,
  EventId,
  FoundChat,
} from '../domain.ts'

/** One attempt that did not succeed. */
export interface Attempt {
  readonly at: number
  readonly agentId: AgentId | null
  readonly reason: string
}

/** All that is on record of a chat. */
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

/** A request for an agent, from the moment when a chat needs one until it is settled. */
export interface Assignment {
  readonly id: AssignmentId
  readonly chatId: ChatId
  /** The input that opened it. */
  readonly eventId: EventId
  readonly state: AssignmentState
  /** The pool of its chat: see `poolOf`. */
  readonly pool: string
  readonly openedAt: number
  /** Its place in the order: when it was opened, less the minutes of its priority. */
  readonly rankAt: number
  /** It is not tried before this time; 0: at any time. */
  readonly notBefore: number
  /** The agent of its last decision, for whom a slot is reserved. */
  readonly agentId: AgentId | null
  /** The last decision in a sentence. */
  readonly summary: string | null
  readonly failures: number
  readonly refusals: number
  readonly settledAt: number | null
  readonly attempts: readonly Attempt[]
  /** What its decision took from the agents, to be given back; `null` where nothing was taken. */
  readonly choice: Choice | null
}

/** What a decision took from the agents, to be given back if its PUT never had an effect. */
export interface Choice {
  readonly at: number
  readonly position: number
  readonly positionBefore: number
  /** How far the decision moved each candidate's credit. */
  readonly credits: readonly { readonly agentId: AgentId; readonly by: number }[]
}

/**
 * How sure we are of who has a chat: since when HelpCrunch's word stands; `doubted`: something contradicts it, so the chat
 * is fetched before it is assigned; `asked`: that fetch is under way, and a later doubt is a new one.
 */
export type Verification = number | 'doubted' | 'asked'

/** Whose load a chat counts in. */
export interface Holders {
  readonly heldBy: AgentId | null
  /** Who is about to get it. Until they have it, it counts for both: the agent who has it now must not be filled up early. */
  readonly reservedFor: AgentId | null
}

/** One chat with its open assignment, as the account's state holds it. */
export interface ChatRecord {
  readonly chat: Chat
  readonly open: Assignment | null
  readonly verifiedAt: Verification
  readonly holders: Holders
  /** How much of a chat it counts: hundredths. */
  readonly heldLoad: number
}

/** An agent with what only the core needs. `agent.load` is `loadHundredths` in chats. */
export interface AgentRecord {
  readonly agent: Agent
  readonly loadHundredths: number
  /** HelpCrunch lists the agent. Others are known because chats are theirs, and get none. */
  readonly isListed: boolean
  readonly seenAt: number | null
}

export interface LastAgent {
  readonly agentId: AgentId
  readonly at: number
}

/** What is kept of the facts: texts, tags and attributes have become labels. */
export interface SortedFacts {
  readonly customerId: CustomerId | null
  readonly channel: Channel
  readonly labels: readonly string[]
}

/** An event as it is stored and applied. */
export type SortedEvent = Sorted<ChatEvent>
type Sorted<Event> = Event extends ChatEvent ? Omit<Event, 'facts'> & { readonly facts: SortedFacts } : never

export type SortedFound = Omit<FoundChat, 'facts'> & { readonly facts: SortedFacts }
