/** The input of the core. Types only. */
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

/** The result of a step. */
export type Settlement =
  | { readonly to: 'assigned'; readonly snapshot: ChatSnapshot; readonly answeredAt: number }
  /** The chat has disappeared. */
  | { readonly to: 'gone' }
  /** HelpCrunch refused this agent: another is chosen; the chat's second refusal is final. */
  | { readonly to: 'another agent'; readonly reason: string }
  /**
   * The assignment is tried again at `notBefore`. `mayHaveTakenEffect`: HelpCrunch may have carried out the request, so
   * the chat is fetched first.
   */
  | {
      readonly to: 'retry'
      readonly notBefore: number
      readonly isFailure: boolean
      readonly mayHaveTakenEffect: boolean
      readonly reason: string
    }
  /** The PUT never left: the assignment is decided again. */
  | { readonly to: 'held back' }
  | { readonly to: 'dead'; readonly reason: string }
  /** Dry run: decided, and never sent. */
  | { readonly to: 'rehearsed' }
  /** The chat was fetched before its assignment is decided. */
  | { readonly to: 'known'; readonly snapshot: ChatSnapshot; readonly answeredAt: number }
  /** The customer was read before the chat is decided, or could not be: `failure` says why. */
  | {
      readonly to: 'customer'
      readonly customerId: CustomerId
      readonly facts: CustomerFacts | null
      readonly failure: string | null
    }

/** An operator's request, from the command line or the page. */
export type OperatorAct =
  | { readonly act: 'pause'; readonly agentId: AgentId; readonly until: number }
  | { readonly act: 'resume'; readonly agentId: AgentId }
  /** The agent gets at most that many more chats until then; `null`: only the rules limit the agent. */
  | { readonly act: 'allow'; readonly agentId: AgentId; readonly allowance: Allowance | null }
  /** These chats of the agent go to other agents, by the rules in force. */
  | { readonly act: 'hand over'; readonly agentId: AgentId; readonly chatIds: readonly ChatId[] }
  | { readonly act: 'assign'; readonly chatId: ChatId; readonly agentId: AgentId }
  /** A waiting chat is decided now; a chat that a person left unassigned waits for an agent again. */
  | { readonly act: 'look again'; readonly chatId: ChatId }
  /** The dead letter is tried again. */
  | { readonly act: 'replay'; readonly letter: Assignment }

/** Answers about a chat from outside the core, needed for its decision; a missing field was not asked for. */
export interface Advice {
  /** The external endpoint's answer. */
  readonly ranking?: readonly AgentId[]
  /** The answers of the plug-ins' rules. */
  readonly pluginAnswers?: readonly PluginAnswer[]
}

/** Everything that can change an account. Each input is applied as a whole or not at all, and kept in the journal. */
export type Input =
  /** `receivedAt`: when the event was acknowledged; it may have stayed in the inbox since. */
  | { readonly kind: 'event'; readonly event: SortedEvent; readonly receivedAt: number }
  /** A webhook about a customer. */
  | { readonly kind: 'customer'; readonly event: CustomerEvent }
  /**
   * One page of a search, taken at `takenAt` by HelpCrunch's clock. Chats whose customer wrote before `openSince` are
   * left alone.
   */
  | {
      readonly kind: 'page'
      readonly found: readonly SortedFound[]
      readonly takenAt: number
      readonly openSince: number
    }
  | { readonly kind: 'roster'; readonly roster: Roster; readonly seenAt: number }
  | { readonly kind: 'act'; readonly act: OperatorAct }
  /** A time that is due for these chats has come. */
  | { readonly kind: 'due'; readonly chatIds: readonly ChatId[] }
  /** Decides an open assignment. */
  | ({ readonly kind: 'step'; readonly assignmentId: AssignmentId; readonly chatId: ChatId } & Advice)
  /**
   * A step's request was answered. The assignment may have ended since, so the input has the step's agent and event,
   * too.
   */
  | {
      readonly kind: 'settlement'
      readonly assignmentId: AssignmentId
      readonly chatId: ChatId
      readonly eventId: EventId
      readonly agentId: AgentId | null
      readonly settlement: Settlement
    }
  /** An instance has taken over the account: its predecessor may have sent what it decided. */
  | {
      readonly kind: 'takeover'
      readonly decided: readonly { readonly assignmentId: AssignmentId; readonly chatId: ChatId }[]
    }
  /** A new policy is in force. */
  | { readonly kind: 'policy'; readonly version: string }

/** The policy in force, and the function that decides by it. */
export interface InForce {
  readonly policy: ChatPolicy
  readonly route: (situation: Situation) => Decision
}

/** The policy, the time and the source of numbers with which one input is applied. */
export interface Moment extends InForce {
  readonly now: number
  /** Returns the number for a new assignment. */
  readonly nextAssignmentId: () => AssignmentId
}
