/** What goes into the core, and what comes out. Types only; what it holds of an account stands in `records.ts`. */
import type { ChatPolicy, Decision, Question, Situation } from '../decision.ts'
import type {
  AgentId,
  AssignmentId,
  AssignmentState,
  ChatId,
  ChatSnapshot,
  CustomerId,
  Department,
  DepartmentId,
  EventId,
  Roster,
} from '../domain.ts'
import type { Assignment, ChatRecord, AgentRecord, LastAgent, SortedEvent, SortedFound } from './records.ts'

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

/** What an operator asks for, by the command line or the page. */
export type OperatorAct =
  | { readonly act: 'pause'; readonly agentId: AgentId; readonly until: number }
  | { readonly act: 'resume'; readonly agentId: AgentId }
  /** A dead letter is to be tried again. */
  | { readonly act: 'replay'; readonly letter: Assignment }

/** Everything that can change an account. Each is applied whole or not at all, and kept in the journal. */
export type Input =
  /** `receivedAt`: when it was acknowledged; it may have lain in the inbox since. */
  | { readonly kind: 'event'; readonly event: SortedEvent; readonly receivedAt: number }
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
  /** An open assignment is to be decided. `ranking`: what the external endpoint answered, if it was asked. */
  | {
      readonly kind: 'step'
      readonly assignmentId: AssignmentId
      readonly chatId: ChatId
      readonly ranking?: readonly AgentId[]
    }
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

/** One assignment, as the dispatcher works on it. */
export interface Work {
  readonly assignmentId: AssignmentId
  readonly chatId: ChatId
  readonly departmentId: DepartmentId | null
  /** The input that opened the assignment. */
  readonly eventId: EventId
  readonly openedAt: number
  /** How often it was tried before, and failed. */
  readonly failures: number
}

/** The dispatcher's next step. */
export type Step =
  /** The chat was never seen whole, not for long, or there is a doubt about it: fetch it. */
  | ({ readonly kind: 'fetch' } & Work)
  /** Recorded, slot taken: send it. */
  | ({ readonly kind: 'put'; readonly agentId: AgentId; readonly summary: string } & Work)
  /**
   * No agent is eligible. The same holds for the other chats of this pool until something changes, or the time
   * `lookAgainAt` has come; `pool` is `null` where it holds for this chat alone.
   */
  | ({
      readonly kind: 'none eligible'
      readonly pool: string | null
      readonly lookAgainAt: number | null
      readonly summary: string
      /** It was another reason before. */
      readonly isNews: boolean
    } & Work)
  /** An external endpoint is to be asked first; nothing is recorded. */
  | ({ readonly kind: 'ask'; readonly question: Question } & Work)
  /** No agent was eligible in the time that the routing file gives: the chat is left unassigned. */
  | ({ readonly kind: 'left'; readonly summary: string } & Work)
  /** A webhook or a fetch said meanwhile that the chat has the agent that we had asked for: nothing is left to send. */
  | ({ readonly kind: 'confirmed'; readonly agentId: AgentId } & Work)

/** How many chats a search opened an assignment for, corrected, and left alone because their customer wrote long ago. */
export interface Reconciled {
  readonly opened: number
  readonly corrected: number
  readonly leftAlone: number
}

export type Replay =
  | 'replayed'
  | 'no such dead letter'
  | 'the chat waits for an agent already'
  | 'the chat is closed'
  | 'an agent has the chat'

/** A chat came, or an agent who is not our choice got it within seconds. */
interface AssignmentObservation {
  readonly departmentId: DepartmentId | null
  readonly isNew: boolean
  readonly isTaken: boolean
}

/** What an input changed for those who wait. */
export interface Change {
  /** There is something to decide that was not there before. */
  readonly hasWork: boolean
  /** A slot was freed, the roster changed, or an agent was resumed: waiting chats may have a chance now. */
  readonly hasFreed: boolean
  readonly observations: readonly AssignmentObservation[]
  /** Chats that were assigned by others. */
  readonly taken: readonly { readonly chatId: ChatId; readonly agentId: AgentId }[]
}

/** What one input made of the account: the new records, each whole. */
export interface Applied {
  readonly change: Change
  readonly chats: readonly ChatRecord[]
  readonly assignments: readonly Assignment[]
  readonly agents: readonly AgentRecord[]
  readonly departments: readonly Department[] | null
  readonly customers: readonly { readonly customerId: CustomerId; readonly last: LastAgent }[]
  readonly decisions: readonly { readonly assignmentId: AssignmentId; readonly decision: Decision }[]
  /** For `step`, `settlement`, `page` and `act`. */
  readonly step: Step | null
  readonly assignmentState: AssignmentState | null
  readonly reconciled: Reconciled | null
  readonly replay: Replay | null
}

/** What the dispatcher cannot use now: pools known to have no eligible agent, and assignments whose request is under way. */
export interface Exclusions {
  readonly pools: ReadonlySet<string>
  readonly assignments: ReadonlySet<AssignmentId>
}
