/**
 * The words of the trade. Types only: every folder knows these, and nothing here knows a folder.
 * Times are milliseconds since the epoch (`…At`), durations end in `Ms`.
 */

declare const brand: unique symbol
type Branded<T, Name extends string> = T & { readonly [brand]: Name }

export type ChatId = Branded<number, 'ChatId'>
export type AgentId = Branded<number, 'AgentId'>
export type DepartmentId = Branded<number, 'DepartmentId'>
export type AssignmentId = Branded<number, 'AssignmentId'>
/** The webhook's own id, and so its idempotency key. */
export type EventId = Branded<string, 'EventId'>

/** What HelpCrunch said of a chat at one moment. `undefined`: it did not say; `null`: it said that there is none. */
export interface ChatSnapshot {
  readonly status?: string | undefined
  readonly departmentId?: DepartmentId | null | undefined
  readonly assigneeId?: AgentId | null | undefined
  readonly snoozedUntil?: number | null | undefined
}

/** A chat as a search shows it. */
export interface FoundChat {
  readonly id: ChatId
  readonly snapshot: ChatSnapshot
  readonly lastCustomerMessageAt: number | null
}

interface EventHead {
  readonly id: EventId
  /** The event's name on the wire, such as `chat.new`. */
  readonly type: string
  readonly chatId: ChatId
  readonly occurredAt: number
}

/** A webhook that matters to routing, whatever form it came in. */
export type ChatEvent =
  | (EventHead & { readonly kind: 'snapshot'; readonly snapshot: ChatSnapshot })
  | (EventHead & { readonly kind: 'customer message' })
  | (EventHead & { readonly kind: 'agent message'; readonly agentId: AgentId | null })

/** What a webhook's body turned out to be: an event, or the reason why it is of no use to us. */
export type Reading = { readonly event: ChatEvent } | { readonly ignored: string; readonly type: string }

/** What we know of a chat. */
export interface Chat {
  readonly id: ChatId
  readonly status: string
  readonly departmentId: DepartmentId | null
  readonly assigneeId: AgentId | null
  readonly snoozedUntil: number | null
  /** When a person took the agent off it: it stays with nobody until the customer writes again. */
  readonly takenOffAt: number | null
  /** When the newest snapshot was taken; `null` while only messages were seen: department and assignee are unknown. */
  readonly snapshotAt: number | null
  readonly lastCustomerMessageAt: number | null
  readonly lastAgentMessageAt: number | null
  /** When its `chat.new` reached us, or `null` if it never did. */
  readonly firstSeenAt: number | null
}

export interface Agent {
  readonly id: AgentId
  readonly name: string
  readonly departmentIds: readonly DepartmentId[]
  readonly isPaused: boolean
  /** HelpCrunch refused to assign them a chat; they get none until the roster was read again. */
  readonly isSetAside: boolean
  /** Chats that occupy the agent now: open, not snoozed, assigned to them by anybody or about to be by us. */
  readonly load: number
  /** Place in the rotation: the number of the agent's last assignment, counted over all agents. Lower is longer ago. */
  readonly turn: number
}

export interface Department {
  readonly id: DepartmentId
  readonly name: string
  readonly agentIds: readonly AgentId[]
}

/** All agents and departments, as HelpCrunch lists them. */
export interface Roster {
  readonly agents: readonly { readonly id: AgentId; readonly name: string }[]
  readonly departments: readonly Department[]
}

/** All that a decision may depend on. */
export interface Situation {
  readonly chat: Chat
  readonly agents: readonly Agent[]
  readonly now: number
}

/** What one rule did to the candidates that the rules before it had left. */
export interface TraceStep {
  readonly rule: string
  readonly kept: readonly AgentId[]
  /** A filter's reasons, each with those it dropped. */
  readonly dropped?: readonly { readonly reason: string; readonly agentIds: readonly AgentId[] }[]
  /** A rank's numbers. */
  readonly scores?: readonly { readonly agentId: AgentId; readonly score: number }[]
  /** A preference (`rule?`) that would have left nobody, and so was passed over. */
  readonly isPassedOver?: true
}

/** Who gets the chat, or nobody, and why: complete enough to be read on its own, years later. */
export interface Decision {
  readonly chatId: ChatId
  readonly decidedAt: number
  readonly policy: string
  readonly steps: readonly TraceStep[]
  readonly agentId: AgentId | null
  /** The same in one sentence. */
  readonly summary: string
}

/** How HelpCrunch answered a call: an expected answer is data, never an exception. */
export type Outcome<T> =
  | { readonly kind: 'ok'; readonly body: T; readonly answeredAt: number }
  | { readonly kind: 'gone'; readonly codes: readonly string[] }
  | { readonly kind: 'refused'; readonly codes: readonly string[] }
  | { readonly kind: 'unauthorized'; readonly status: number; readonly codes: readonly string[] }
  | { readonly kind: 'limited'; readonly retryAfterMs: number | null }
  | { readonly kind: 'failed'; readonly reason: string }

/** Where an assignment stands. `waiting` and `decided` are open, all others are final. */
export type AssignmentState =
  | 'waiting'
  | 'decided'
  | 'assigned'
  | 'superseded'
  | 'gone'
  | 'refused'
  | 'dead'
  | 'rehearsed'
  /** A dead letter that was tried again. */
  | 'replayed'

/** How many requests the account takes at once, and when that was found out (time of day). */
export interface LearnedBurst {
  readonly burst: number
  readonly learnedAt: number
}

/** One line of `/readyz`. */
export interface Check {
  readonly name: string
  readonly ok: boolean
  readonly detail: string
}

/** Time, handed in so that tests own it. */
export interface Clock {
  /** The time of day; may jump. */
  now(): number
  /** Milliseconds that only ever grow, also while the time of day is set. */
  monotonic(): number
  /** Calls `run` once after `delayMs`; the answer cancels it. */
  after(delayMs: number, run: () => void): () => void
}

/** Counts what happened, for `/metrics`. */
export interface Meter {
  webhook(status: 'accepted' | 'duplicate' | 'ignored' | 'rejected' | 'unavailable', type: string): void
  request(outcome: Outcome<unknown>['kind'], seconds: number): void
  settled(state: AssignmentState): void
}
