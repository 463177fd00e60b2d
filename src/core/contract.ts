import type { Decision } from '../decision.ts'
import type { AgentId, AssignmentId, AssignmentState, Chat } from '../domain.ts'

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
