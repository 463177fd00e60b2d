/**
 * The terms of the trade. Types only: every folder knows these, and nothing here knows a folder.
 * Times are milliseconds since the epoch (`…At`), durations end in `Ms`.
 *
 * - account: a company's HelpCrunch with its keys, its request limit and its policy.
 * - chat: a customer's conversation. department: a group of agents that it may belong to. agent: a person, or a bot, who answers.
 * - assignee: the agent who has a chat. load: how many chats occupy an agent. capacity: how many may.
 * - assignment: our task to find an agent for one chat, from the event that opened it until it is settled.
 * - policy: the rules and settings in force. decision: which agent a policy chose, or none, with every rule's part in it.
 * - pool: the chats of which a decision for one says the same of all: no agent is eligible.
 * - snapshot: the state of a chat as HelpCrunch told it, with the moment at which it was true.
 * - roster: all agents and departments of an account.
 * - step: what is to be done next for an assignment. settlement: what came of it.
 * - lane: the queue that lets requests to HelpCrunch leave within the account's limit. burst: how many it takes at once.
 * - inbox: what was acknowledged and is not applied yet. journal: everything that was applied, in its order.
 * - instance: one running service. lease: its right to decide for an account. heartbeat: by which it keeps that right.
 * - dead letter: an assignment that was given up.
 */

import type { AgentId, Channel, ChatId, CustomerId, DepartmentId } from './told.ts'

export type * from './told.ts'

/** What we know of a chat. */
export interface Chat {
  readonly id: ChatId
  readonly status: string
  readonly departmentId: DepartmentId | null
  readonly assigneeId: AgentId | null
  readonly snoozedUntil: number | null
  /** Since when it stays unassigned until its customer writes again: a person took its agent off, or no agent was eligible in time. */
  readonly restingSince: number | null
  /** When the newest snapshot was taken; `null` while only messages were seen: department and assignee are unknown. */
  readonly snapshotAt: number | null
  readonly lastCustomerMessageAt: number | null
  readonly lastAgentMessageAt: number | null
  /** When its `chat.new` reached us, or `null` if it never did. */
  readonly firstSeenAt: number | null
  readonly customerId: CustomerId | null
  /** By which way the customer writes, as far as a payload or the customer's own record says; `null`: not known. */
  readonly channel: Channel | null
  /** What was told of the chat, of which its labels are made again when more is known. */
  readonly said: SaidOfChat
  /** The routing file's names for what the chat is about. */
  readonly labels: readonly string[]
  /** Agents who had it from us and did not answer in time, or were off: they never get it again. */
  readonly missedBy: readonly AgentId[]
  /** Its assignee has it from us. */
  readonly assignedByUs: boolean
  /** By when its assignee, who has it from us, must have answered, or `null`. */
  readonly answerDueAt: number | null
  /** When it is to go to another agent: its assignee, who has it from us, is off then, or is a bot whose time is over. */
  readonly handOverAt: number | null
  /** When its assignee got it from us, or `null`. */
  readonly givenAt: number | null
  /** Its customer has not written yet: an agent or the API began it, or the record does not say, so no agent is to answer. */
  readonly awaitsCustomer: boolean
  /** Its assignee is a bot: it takes no load, and no person has it. */
  readonly isWithBot: boolean
  /** Agents from whom it is taken, should they have it: not of its new department, deleted, or bots whose time is over. None is barred. */
  readonly misplaced: readonly AgentId[]
  /** When the snapshot was taken by which its department changed, or `null`. */
  readonly movedAt: number | null
  /** What an operator asked for, until the chat has another assignee; `null`: nothing. */
  readonly asked: AskedOfChat | null
}

/** An operator wants the chat with this agent, or with any other than this one. */
type AskedOfChat = { readonly to: AgentId } | { readonly awayFrom: AgentId }

/** What payloads said of a chat beyond its state. Texts themselves are not kept. */
export interface SaidOfChat {
  readonly channel: Channel | null
  readonly applicationId: number | null
  readonly isBroadcastReply: boolean
  /** The labels with a phrase that stood in a message of the customer. */
  readonly labels: readonly string[]
  /** The labels by what an event told of its customer, which none is documented to; they hold until the customer is read. */
  readonly byCustomer: readonly string[]
}

export interface Agent {
  readonly id: AgentId
  readonly name: string
  readonly departmentIds: readonly DepartmentId[]
  /** Until when a person has paused them; `null`: not paused. */
  readonly pausedUntil: number | null
  /** HelpCrunch refused to assign them a chat; they get none until the roster was read again. */
  readonly isSetAside: boolean
  /** Chats that occupy the agent now: open, not snoozed, assigned to them by a person or by us, or about to be by us. */
  readonly load: number
  /** Place in the rotation: the number of the agent's last assignment, counted over all agents. Lower is longer ago. */
  readonly turn: number
  /** Parts of chats that they are owed by their weight: the agent who is owed most is next, and pays one. */
  readonly credit: number
  /** When their last chats were given to them, the latest last. */
  readonly recentAt: readonly number[]
  readonly lastActiveAt: number | null
  /** Chats that they let pass unanswered since they last wrote. */
  readonly missedInRow: number
  /** How many more chats an operator lets them have, and until when that counts; `null`: as many as the rules let. */
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
  /** Whether HelpCrunch says that the team is online; `null`: it does not say; not there: it was not asked. */
  readonly teamOnline?: boolean | null
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
  /** No agent was eligible in the time that the routing file gives. */
  | 'left'
  /** A dead letter that was tried again. */
  | 'replayed'

/** How many requests the account takes at once, and when that was found out (time of day). */
export interface LearnedBurst {
  readonly burst: number
  readonly learnedAt: number
}

/** One line of `/readyz`. */
export interface Check {
  /** Where there are several accounts: which one it is about. */
  readonly account?: string
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
