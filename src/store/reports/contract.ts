/**
 * Reports on one account for people: lists, filtered and paged in the database. No customer's name, address or text.
 */
import type { ChatId } from '../../domain.ts'
import type { ActRow, AgentRow, FailedChat, PolicyVersion, UnansweredChat, WaitingChat, Waits } from './shapes.ts'

export type * from './shapes.ts'

/** One page of a list; `next` is the key of the following page, or `null` for the last. */
export interface Page<T> {
  readonly items: readonly T[]
  readonly next: string | null
}

/** The requested part of a list: `after` is the `next` of the previous page. */
interface Paging {
  readonly limit: number
  readonly after?: string | undefined
}

/** The figures of an account at one moment. Times are milliseconds since the epoch. */
export interface Overview {
  readonly waiting: number
  readonly decided: number
  /** Since when the longest waiting chat waits; `null`: none waits. */
  readonly oldestWaitingAt: number | null
  readonly failed: number
  /** Requests sent to HelpCrunch in the last minute. */
  readonly requestsLastMinute: number
  /** The end of a hold that HelpCrunch asked for, or `null`. */
  readonly heldUntil: number | null
  /** The id of the deciding instance, or `null`. */
  readonly holder: string | null
}

/** One agent's chats from `from` to `to`. */
export interface AgentTotals {
  readonly agentId: number
  readonly agentName: string
  readonly chats: number
  readonly wait: Waits
  readonly firstAnswer: Waits
  readonly overTarget: number
}

/** Chats that needed an agent in the quarter of an hour that starts at `at`. */
export interface Arrivals {
  readonly at: number
  readonly chats: number
  /** How many waited longer than the target or still wait. */
  readonly waited: number
}

export interface Range {
  readonly from: number
  readonly to: number
  readonly departmentId?: number | undefined
}

/** Queries on one account for people. Every promise rejects with `StoreUnavailable` if the database refuses. */
export interface Reports {
  overview(now: number): Promise<Overview>
  waiting(
    filter: { departmentId?: number | undefined; label?: string | undefined; now: number } & Paging,
  ): Promise<Page<WaitingChat>>
  /** Agents by name, with the chats assigned since `since`. */
  agents(filter: { search?: string | undefined; since: number } & Paging): Promise<Page<AgentRow>>
  departments(): Promise<readonly { readonly id: number; readonly name: string }[]>
  /** The names of all known agents, including those that HelpCrunch no longer lists. */
  names(): Promise<ReadonlyMap<number, string>>
  /** Chats whose agent has not answered since `before`, the longest first. */
  unanswered(filter: { before: number; agentId?: number | undefined } & Paging): Promise<Page<UnansweredChat>>
  failures(
    filter: { since?: number | undefined; until?: number | undefined; state?: string | undefined } & Paging,
  ): Promise<Page<FailedChat>>
  acts(filter: { kind?: string | undefined; actor?: string | undefined } & Paging): Promise<Page<ActRow>>
  /** The totals of each agent, or one row with id 0 for all agents. */
  totals(range: Range & { targetMs: number; isPerAgent: boolean }): Promise<readonly AgentTotals[]>
  arrivals(range: Range & { targetMs: number }): Promise<readonly Arrivals[]>
  versions(paging: Paging): Promise<Page<PolicyVersion>>
  /** The chat's webhooks since `since`, the oldest first; at most the last `limit`. */
  events(
    chatId: ChatId,
    since: number,
    limit: number,
  ): Promise<readonly { readonly type: string; readonly occurredAt: number; readonly receivedAt: number }[]>
}
