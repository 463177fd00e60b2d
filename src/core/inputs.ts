/** What goes into the core. Types only. */
import type { ChatPolicy, Decision, PluginAnswer, Situation } from '../decision.ts'
import type {
  AgentId,
  Allowance,
  AssignmentId,
  ChatId,
  ChatSnapshot,
  CustomerEvent,
  CustomerFacts,
  CustomerId,
  EventId,
  Roster,
} from '../domain.ts'
import type { Assignment, SortedEvent, SortedFound } from './records.ts'

/** What came of a step. */
export type Settlement =
  | { readonly to: 'assigned'; readonly snapshot: ChatSnapshot; readonly answeredAt: number }
  /** The chat has disappeared. */
  | { readonly to: 'gone' }
  /** HelpCrunch does not take this agent: another is chosen; the chat's second refusal is final. */
  | { readonly to: 'another agent'; readonly reason: string }
  /**
   * Decided again at `notBefore`. `mayHaveTakenEffect`: the request may have been carried out, so the chat is fetched
   * first.
   */
  | {
      readonly to: 'retry'
      readonly notBefore: number
      readonly isFailure: boolean
      readonly mayHaveTakenEffect: boolean
      readonly reason: string
    }
  /** The PUT never left: it is decided again. */
  | { readonly to: 'held back' }
  | { readonly to: 'dead'; readonly reason: string }
  /** Dry run: decided, and never sent. */
  | { readonly to: 'rehearsed' }
  /** A chat fetched before it can be decided. */
  | { readonly to: 'known'; readonly snapshot: ChatSnapshot; readonly answeredAt: number }
  /** The customer was read before the chat is decided, or could not be: `failure` says why. */
  | {
      readonly to: 'customer'
      readonly customerId: CustomerId
      readonly facts: CustomerFacts | null
      readonly failure: string | null
    }

/** What an operator asks for, by the command line or the page. */
export type OperatorAct =
  | { readonly act: 'pause'; readonly agentId: AgentId; readonly until: number }
  | { readonly act: 'resume'; readonly agentId: AgentId }
  /** The agent gets so many more chats until then; `null`: as many as the rules let. */
  | { readonly act: 'allow'; readonly agentId: AgentId; readonly allowance: Allowance | null }
  /** These chats go to others, by the rules in force. */
  | { readonly act: 'hand over'; readonly agentId: AgentId; readonly chatIds: readonly ChatId[] }
  | { readonly act: 'assign'; readonly chatId: ChatId; readonly agentId: AgentId }
  /** A waiting chat is decided now, and one that a person left without an agent waits again. */
  | { readonly act: 'look again'; readonly chatId: ChatId }
  /** A dead letter is to be tried again. */
  | { readonly act: 'replay'; readonly letter: Assignment }

/** What was found out about a chat outside of the core before it is decided; what is not there was not asked. */
export interface Advice {
  /** What the external endpoint answered. */
  readonly ranking?: readonly AgentId[]
  /** What the rules of plug-ins answered. */
  readonly pluginAnswers?: readonly PluginAnswer[]
}

/** Everything that can change an account. Each is applied whole or not at all, and kept in the journal. */
export type Input =
  /** `receivedAt`: when it was acknowledged; it may have lain in the inbox since. */
  | { readonly kind: 'event'; readonly event: SortedEvent; readonly receivedAt: number }
  /** A webhook about a customer. */
  | { readonly kind: 'customer'; readonly event: CustomerEvent }
  /** One page of a search, taken at `takenAt` by HelpCrunch's clock. Chats whose customer wrote before `openSince` are left alone. */
  | {
      readonly kind: 'page'
      readonly found: readonly SortedFound[]
      readonly takenAt: number
      readonly openSince: number
    }
  | { readonly kind: 'roster'; readonly roster: Roster; readonly seenAt: number }
  | { readonly kind: 'act'; readonly act: OperatorAct }
  /** Time has come for these chats. */
  | { readonly kind: 'due'; readonly chatIds: readonly ChatId[] }
  /** An open assignment is to be decided. */
  | ({ readonly kind: 'step'; readonly assignmentId: AssignmentId; readonly chatId: ChatId } & Advice)
  /** A step's request was answered. The assignment may be over by then, so the agent and the event of the step come along. */
  | {
      readonly kind: 'settlement'
      readonly assignmentId: AssignmentId
      readonly chatId: ChatId
      readonly eventId: EventId
      readonly agentId: AgentId | null
      readonly settlement: Settlement
    }
  /** An instance begins to decide for the account: what was decided before may have been sent. */
  | {
      readonly kind: 'takeover'
      readonly decided: readonly { readonly assignmentId: AssignmentId; readonly chatId: ChatId }[]
    }
  /** Other rules are in force. */
  | { readonly kind: 'policy'; readonly version: string }

/** The rules in force, and the decision that they lead to. */
export interface InForce {
  readonly policy: ChatPolicy
  readonly route: (situation: Situation) => Decision
}

/** What one input is applied with. */
export interface Moment extends InForce {
  readonly now: number
  /** The number of the next assignment that is opened. */
  readonly nextAssignmentId: () => AssignmentId
}
