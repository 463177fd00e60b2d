/** What people read of one account: lists that are filtered and paged in the database. No customer's name, address or text. */
import type { ChatId } from '../../domain.ts'
import type { ActRow, AgentRow, FailedChat, PolicyVersion, UnansweredChat, WaitingChat, Waits } from './shapes.ts'

export type * from './shapes.ts'

/** One page of a list; `next` asks for the one after it, `null`: this was the last. */
export interface Page<T> {
  readonly items: readonly T[]
  readonly next: string | null
}

/** How much of a list is asked for: `after` is the `next` of the page before. */
interface Paging {
  readonly limit: number
  readonly after?: string | undefined
}

/** The figures of an account at one moment. Times are milliseconds since the epoch. */
export interface Overview {
  readonly waiting: number
  readonly decided: number
  /** Since when the chat waits that waits longest; `null`: none waits. */
  readonly oldestWaitingAt: number | null
  readonly failed: number
  /** Requests that left for HelpCrunch in the last minute. */
  readonly requestsLastMinute: number
  /** Until when HelpCrunch asked to be sent nothing, or `null`. */
  readonly heldUntil: number | null
  /** The instance that decides for the account, or `null`. */
  readonly holder: string | null
}

/** What one agent did from `from` to `to`. */
export interface AgentTotals {
  readonly agentId: number
  readonly agentName: string
  readonly chats: number
  readonly wait: Waits
  readonly firstAnswer: Waits
  readonly overTarget: number
}

/** Chats that asked for an agent in one quarter of an hour that begins at `at`. */
export interface Arrivals {
  readonly at: number
  readonly chats: number
  /** How many of them waited longer than the target, or wait still. */
  readonly waited: number
}

export interface Range {
  readonly from: number
  readonly to: number
  readonly departmentId?: number | undefined
}

/** Queries of one account for people. Every promise rejects with `StoreUnavailable` where the database refuses. */
export interface Reports {
  overview(now: number): Promise<Overview>
  waiting(
    filter: { departmentId?: number | undefined; label?: string | undefined; now: number } & Paging,
  ): Promise<Page<WaitingChat>>
  /** Agents by name, with what they got since `since`. */
  agents(filter: { search?: string | undefined; since: number } & Paging): Promise<Page<AgentRow>>
  departments(): Promise<readonly { readonly id: number; readonly name: string }[]>
  /** The names of these agents, also of those that HelpCrunch no longer lists. */
  names(): Promise<ReadonlyMap<number, string>>
  /** Chats whose agent has not answered since `before`, the longest first. */
  unanswered(filter: { before: number; agentId?: number | undefined } & Paging): Promise<Page<UnansweredChat>>
  failures(
    filter: { since?: number | undefined; until?: number | undefined; state?: string | undefined } & Paging,
  ): Promise<Page<FailedChat>>
  acts(filter: { kind?: string | undefined; actor?: string | undefined } & Paging): Promise<Page<ActRow>>
  /** Each agent's, or one row with id 0 for all of them. */
  totals(range: Range & { targetMs: number; isPerAgent: boolean }): Promise<readonly AgentTotals[]>
  arrivals(range: Range & { targetMs: number }): Promise<readonly Arrivals[]>
  versions(paging: Paging): Promise<Page<PolicyVersion>>
  /** The webhooks of a chat that came since `since`, the oldest first, the last `limit` of them. */
  events(
    chatId: ChatId,
    since: number,
    limit: number,
  ): Promise<readonly { readonly type: string; readonly occurredAt: number; readonly receivedAt: number }[]>
}
