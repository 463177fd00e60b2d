/** The output of the core. Types only. Its input is in `inputs.ts`, its records of an account in `records.ts`. */
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
  /** How many attempts failed before. */
  readonly failures: number
}

/** The dispatcher's next step. */
export type Step =
  /** No full snapshot of the chat is known, the newest one is too old, or it is in doubt: fetch the chat. */
  | ({ readonly kind: 'fetch' } & Work)
  /** The rules look at the customer, whose record is missing or too old: read the customer. */
  | ({ readonly kind: 'customer'; readonly customerId: CustomerId } & Work)
  /** The decision is recorded and the agent's slot reserved: send the PUT. */
  | ({ readonly kind: 'put'; readonly agentId: AgentId; readonly summary: string } & Work)
  /**
   * No agent is eligible. This holds for all chats of the pool until something changes or `lookAgainAt` is reached;
   * `pool` is `null` where it holds for this chat alone.
   */
  | ({
      readonly kind: 'none eligible'
      readonly pool: string | null
      readonly lookAgainAt: number | null
      readonly summary: string
      /** The reason differs from the one recorded before. */
      readonly isNews: boolean
    } & Work)
  /** Ask the external endpoint first; nothing is recorded. */
  | ({ readonly kind: 'ask'; readonly question: Question } & Work)
  /** Ask the plug-ins first; nothing is recorded. */
  | ({ readonly kind: 'ask plug-ins'; readonly question: PluginQuestion } & Work)
  /** No agent was eligible in the time that the routing file gives: the chat is left unassigned. */
  | ({ readonly kind: 'left'; readonly summary: string } & Work)
  /** A webhook or a fetch has shown that the chat has the agent that we asked for: there is nothing to send. */
  | ({ readonly kind: 'confirmed'; readonly agentId: AgentId } & Work)

/**
 * How many chats a search opened an assignment for, corrected, and left alone because their customer wrote long ago.
 */
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

/** A new chat, or an agent who got a chat within seconds without being our choice. */
interface AssignmentObservation {
  readonly departmentId: DepartmentId | null
  readonly isNew: boolean
  readonly isTaken: boolean
}

/** What an input changed for listeners: the dispatcher and the timers. */
export interface Change {
  /** There is something new to decide. */
  readonly hasWork: boolean
  /** A slot was freed, the roster changed, or an agent was resumed: waiting chats may have a chance now. */
  readonly hasFreed: boolean
  /** A webhook named an agent or a department that the roster does not have. */
  readonly needsRoster: boolean
  readonly observations: readonly AssignmentObservation[]
  /** Chats that a person or another program assigned. */
  readonly taken: readonly { readonly chatId: ChatId; readonly agentId: AgentId }[]
}

/** What one input changed in the account. Each changed record is complete. */
export interface Applied {
  readonly change: Change
  readonly chats: readonly ChatRecord[]
  readonly assignments: readonly Assignment[]
  readonly agents: readonly AgentRecord[]
  readonly departments: readonly Department[] | null
  readonly customers: readonly { readonly customerId: CustomerId; readonly last: LastAgent }[]
  readonly customerRecords: readonly { readonly customerId: CustomerId; readonly record: CustomerRecord }[]
  /** Deleted customers, of whom nothing is kept. */
  readonly erased: readonly CustomerId[]
  /** Whether HelpCrunch says that the team is online; `undefined`: not said. */
  readonly teamOnline: boolean | null | undefined
  readonly decisions: readonly { readonly assignmentId: AssignmentId; readonly decision: Decision }[]
  /** The four below are the results of `step`, `settlement`, `page` and `act`, each `null` for other inputs. */
  readonly step: Step | null
  readonly assignmentState: AssignmentState | null
  readonly reconciled: Reconciled | null
  readonly replay: Replay | null
}

/** What the dispatcher skips now: pools without an eligible agent, and assignments whose request is under way. */
export interface Exclusions {
  readonly pools: ReadonlySet<string>
  readonly assignments: ReadonlySet<AssignmentId>
}
