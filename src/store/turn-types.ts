import type { Question } from '../decision.ts'
import type { AgentId, AssignmentId, ChatId, ChatSnapshot, DepartmentId, EventId } from '../domain.ts'

/** One assignment, as the dispatcher works on it. */
export interface Work {
  readonly assignmentId: AssignmentId
  readonly chatId: ChatId
  readonly departmentId: DepartmentId | null
  /** The webhook that opened the assignment. */
  readonly eventId: EventId
  readonly openedAt: number
  /** How often it was tried before, and failed. */
  readonly failures: number
}

/** The dispatcher's next step. */
export type Turn =
  /** The chat was never seen whole, or not for long: fetch it. */
  | ({ readonly kind: 'fetch' } & Work)
  /** Recorded, slot taken: send it. */
  | ({ readonly kind: 'put'; readonly agentId: AgentId; readonly summary: string } & Work)
  /**
   * Nobody is eligible. Neither will anybody be for the other chats of this pool until something changes, or the time
   * `lookAgainAt` has come; `pool` is `null` where that holds for this chat alone.
   */
  | ({
      readonly kind: 'nobody'
      readonly pool: string | null
      readonly lookAgainAt: number | null
      readonly summary: string
      /** It was another reason before. */
      readonly isNews: boolean
    } & Work)
  /** An external endpoint is to be asked first; nothing is recorded. */
  | ({ readonly kind: 'ask'; readonly question: Question } & Work)
  /** Nobody was to be had in time: it is left unassigned. */
  | ({ readonly kind: 'left'; readonly summary: string } & Work)
  /** A webhook said meanwhile that the chat has the agent whom we had asked for: nothing is left to send. */
  | ({ readonly kind: 'confirmed'; readonly agentId: AgentId } & Work)

/** What the dispatcher cannot use now: pools known to have nobody, and assignments whose request is under way. */
export interface Except {
  readonly pools: readonly string[]
  readonly assignments: readonly AssignmentId[]
}

/** What came of a turn. */
export type Settlement =
  | { readonly to: 'assigned'; readonly snapshot: ChatSnapshot; readonly answeredAt: number }
  /** The chat has disappeared. */
  | { readonly to: 'gone' }
  /** HelpCrunch does not take this agent: another is chosen; with the chat's second time it is refused for good. */
  | { readonly to: 'another agent'; readonly reason: string }
  /** Tried again at `notBefore`. */
  | { readonly to: 'retry'; readonly notBefore: number; readonly isFailure: boolean; readonly reason: string }
  | { readonly to: 'dead'; readonly reason: string }
  /** Dry run: decided, and never sent. */
  | { readonly to: 'rehearsed' }
  /** A chat fetched before it can be decided. */
  | { readonly to: 'known'; readonly snapshot: ChatSnapshot; readonly answeredAt: number }
