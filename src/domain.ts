/**
 * The terms of this service. Types only: every folder imports them, and this file imports no folder. Times are
 * milliseconds since the epoch (`…At`), durations end in `Ms`.
 *
 * - account: a company's HelpCrunch account with its keys, its request limit and its policy.
 * - chat: a customer's conversation. department: a group of agents. agent: a person or a bot who answers chats.
 * - assignee: the agent who has a chat. load: how many chats occupy an agent. capacity: how many may.
 * - assignment: our task to find an agent for one chat, from the event that opened it until it is settled.
 * - policy: the rules and settings in force. decision: the agent that a policy chose, or none, and why.
 * - pool: waiting chats that are equal for every rule: if no agent is eligible for one, none is for the others.
 * - snapshot: the state of a chat as HelpCrunch told it, with the moment at which it was true.
 * - roster: all agents and departments of an account.
 * - step: the next action for an assignment. settlement: the result of a step.
 * - lane: the queue of requests to HelpCrunch, within the account's limit. burst: how many may leave at once.
 * - inbox: what was acknowledged and not applied yet. journal: the applied inputs that changed something, in order.
 * - instance: one running service. lease: its right to decide for an account. heartbeat: keeps its leases.
 * - dead letter: an assignment that was given up.
 */

import type { AgentId, Channel, ChatId, CustomerId, DepartmentId } from './told.ts'

export type * from './told.ts'

export interface Chat {
  readonly id: ChatId
  readonly status: string
  readonly departmentId: DepartmentId | null
  readonly assigneeId: AgentId | null
  readonly snoozedUntil: number | null
  /**
   * Since when it stays unassigned until its customer writes: a person took its agent off, or none was eligible in
   * time.
   */
  readonly restingSince: number | null
  /** When the newest snapshot was taken; `null` while only messages were seen: department and assignee are unknown. */
  readonly snapshotAt: number | null
  readonly lastCustomerMessageAt: number | null
  readonly lastAgentMessageAt: number | null
  /** When `chat.new` reached us; `null`: never. */
  readonly firstSeenAt: number | null
  readonly customerId: CustomerId | null
  /** The customer's channel, as far as a payload or the customer's record tells; `null`: not known. */
  readonly channel: Channel | null
  /** What payloads said of the chat; its labels are made from this again when more is known. */
  readonly said: SaidOfChat
  /** The routing file's labels for what the chat is about. */
  readonly labels: readonly string[]
  /** Agents whom we assigned and who did not answer in time, or were off: they never get the chat again. */
  readonly missedBy: readonly AgentId[]
  /** We assigned the chat to its assignee. */
  readonly assignedByUs: boolean
  /** By when the assignee, whom we assigned, must have answered, or `null`. */
  readonly answerDueAt: number | null
  /**
   * When the chat goes to another agent: the assignee, whom we assigned, goes off then, or is a bot whose time ends
   * then.
   */
  readonly handOverAt: number | null
  /** When we assigned the chat to its assignee, or `null`. */
  readonly givenAt: number | null
  /**
   * The customer has not written yet (an agent or the API began the chat, or it is unknown): no agent has to answer.
   */
  readonly awaitsCustomer: boolean
  /** The assignee is a bot: the chat is in no agent's load, and no person has it. */
  readonly isWithBot: boolean
  /** These agents lose the chat, and may get it again: not of its department, deleted, or bots whose time is over. */
  readonly misplaced: readonly AgentId[]
  /** The time of the snapshot that changed the department, or `null`. */
  readonly movedAt: number | null
  /** An operator's request, until the chat has another assignee; `null`: none. */
  readonly asked: AskedOfChat | null
}

/** An operator wants the chat with this agent, or with any other than this one. */
type AskedOfChat = { readonly to: AgentId } | { readonly awayFrom: AgentId }

/** What payloads said of a chat beyond its state. Texts are not kept. */
export interface SaidOfChat {
  readonly channel: Channel | null
  readonly applicationId: number | null
  readonly isBroadcastReply: boolean
  /** The labels with a phrase that occurred in a customer message. */
  readonly labels: readonly string[]
  /** The labels by what an event said of its customer (none is documented to); they hold until the customer is read. */
  readonly byCustomer: readonly string[]
}

export interface Agent {
  readonly id: AgentId
  readonly name: string
  readonly departmentIds: readonly DepartmentId[]
  /** The end of the pause that an operator set; `null`: not paused. */
  readonly pausedUntil: number | null
  /** HelpCrunch refused to assign a chat to the agent, who gets none until the roster is read again. */
  readonly isSetAside: boolean
  /** Chats that occupy the agent now: open, not snoozed, assigned by a person or by us, or about to be by us. */
  readonly load: number
  /**
   * The place in the rotation: the number of the agent's last assignment, counted over all agents. Lower is longer ago.
   */
  readonly turn: number
  /** Fractions of chats that the agent is owed by weight: the highest credit is next, and pays 1. */
  readonly credit: number
  /** When the last chats were assigned to the agent, the latest last. */
  readonly recentAt: readonly number[]
  readonly lastActiveAt: number | null
  /** Chats that the agent missed since the agent's last message. */
  readonly missedInRow: number
  /** How many more chats an operator allows, and until when; `null`: only the rules limit the agent. */
  readonly allowance: Allowance | null
}

export interface Allowance {
  readonly left: number
  readonly until: number
}

export interface Department {
  readonly id: DepartmentId
  readonly name: string
  readonly agentIds: readonly AgentId[]
}

/** All agents and departments, as HelpCrunch lists them. */
export interface Roster {
  readonly agents: readonly { readonly id: AgentId; readonly name: string; readonly role?: string | null }[]
  readonly departments: readonly Department[]
  /** Whether HelpCrunch says that the team is online; `null`: it does not say; `undefined`: it was not asked. */
  readonly teamOnline?: boolean | null
}

/** The result of a call to HelpCrunch: an expected answer is data, never an exception. */
export type Outcome<T> =
  | { readonly kind: 'ok'; readonly body: T; readonly answeredAt: number }
  | { readonly kind: 'gone'; readonly codes: readonly string[] }
  | { readonly kind: 'refused'; readonly codes: readonly string[] }
  | { readonly kind: 'unauthorized'; readonly status: number; readonly codes: readonly string[] }
  | { readonly kind: 'limited'; readonly retryAfterMs: number | null }
  | { readonly kind: 'failed'; readonly reason: string }

/** The state of an assignment. `waiting` and `decided` are open, all others are final. */
export type AssignmentState =
  | 'waiting'
  | 'decided'
  | 'assigned'
  | 'superseded'
  | 'gone'
  | 'refused'
  | 'dead'
  | 'rehearsed'
  /** No agent was eligible in the time that the routing file gives. */
  | 'left'
  /** A dead letter that was replayed: a new assignment took its place. */
  | 'replayed'

/** How many requests the account takes at once, and when that was learned (time of day). */
export interface LearnedBurst {
  readonly burst: number
  readonly learnedAt: number
}

/** One line of `/readyz`. */
export interface Check {
  /** The account, where there are several. */
  readonly account?: string
  readonly name: string
  readonly ok: boolean
  readonly detail: string
}

/** Time, injected so that tests control it. */
export interface Clock {
  /** The time of day; may jump. */
  now(): number
  /** Milliseconds that never decrease, even when the time of day is set. */
  monotonic(): number
  /** Calls `run` once after `delayMs`; the function that it returns cancels the call. */
  after(delayMs: number, run: () => void): () => void
}

/** The counters of `/metrics`. */
export interface Meter {
  webhook(status: 'accepted' | 'duplicate' | 'ignored' | 'rejected' | 'unavailable', type: string): void
  request(outcome: Outcome<unknown>['kind'], seconds: number): void
  settled(state: AssignmentState): void
}
