/** What comes out of the core. Types only; what goes in stands in `inputs.ts`, what it holds of an account in `records.ts`. */
import type { Decision, PluginQuestion, Question } from '../decision.ts'
import type {
  AgentId,
  AssignmentId,
  AssignmentState,
  ChatId,
  CustomerId,
  Department,
  DepartmentId,
  EventId,
} from '../domain.ts'
import type { AgentRecord, Assignment, ChatRecord, CustomerRecord, LastAgent } from './records.ts'

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
  /** The rules look at the customer, who is not known, or not for long: read it. */
  | ({ readonly kind: 'customer'; readonly customerId: CustomerId } & Work)
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
  /** Plug-ins are to be asked first; nothing is recorded. */
  | ({ readonly kind: 'ask plug-ins'; readonly question: PluginQuestion } & Work)
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
  /** A webhook named an agent or a department that the roster does not have. */
  readonly needsRoster: boolean
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
  readonly customerRecords: readonly { readonly customerId: CustomerId; readonly record: CustomerRecord }[]
  /** Customers who were deleted: nothing of them is kept. */
  readonly erased: readonly CustomerId[]
  /** Whether HelpCrunch says that the team is online; `undefined`: not said. */
  readonly teamOnline: boolean | null | undefined
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
