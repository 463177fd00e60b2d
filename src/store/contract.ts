import type { Change, Exclusions, Reconciled, Replay, Step } from '../core/contract.ts'
import type { Advice, InForce, Settlement } from '../core/inputs.ts'
import type { Attempt, ChatHistory } from '../core/records.ts'
import type {
  AccountId,
  Agent,
  AgentId,
  AssignmentId,
  AssignmentState,
  ChatEvent,
  ChatId,
  CustomerEvent,
  Department,
  EventId,
  FoundChat,
  LearnedBurst,
  Roster,
} from '../domain.ts'
import type { AskedAct } from './inbox/leave.ts'
import type { Leases } from './lease-types.ts'

import type { ActLog } from './reports/act-log.ts'
import type { Reports } from './reports/contract.ts'

export type { Lease, Leases } from './lease-types.ts'

/** An assignment that was refused or given up, with its whole history. */
export interface DeadLetter {
  readonly id: AssignmentId
  readonly chatId: ChatId
  readonly eventId: EventId
  readonly state: AssignmentState
  readonly openedAt: number
  readonly settledAt: number
  /** The last decision in a sentence. */
  readonly summary: string | null
  readonly history: readonly Attempt[]
}

/** What an applied input means for the queue. */
export type Work = Pick<Change, 'hasFreed'>

/** What changed for those who wait. */
export interface Notice extends Change {
  /** An instance had to refuse webhooks: what they told is searched for before anything is decided. */
  readonly hasMissed: boolean
}

/** Thrown when the database cannot do what is asked now: full, read-only, locked, closed. The cause says which. */
export class StoreUnavailable extends Error {
  override readonly name: string = 'StoreUnavailable'
}

/** Thrown when another instance decides for the account now: nothing was written, and nothing may be sent. */
export class LeaseLost extends StoreUnavailable {
  override readonly name = 'LeaseLost'
}

/** The way in. Every promise of these contracts resolves only once its change is on the disk. */
export interface WebhookInbox {
  /** Stores an event, or finds that it was stored before. */
  receive(event: ChatEvent): Promise<'accepted' | 'duplicate'>
  /** The same for an event of a customer. */
  receiveCustomer(event: CustomerEvent): Promise<'accepted' | 'duplicate'>
}

/** A step that was taken, and when its request may leave. */
interface TakenStep {
  readonly step: Step
  /**
   * Resolves when the step is on the disk: `true` if its request may leave; `false` if something that was acknowledged
   * meanwhile speaks against it, and the assignment is decided again. Rejects with `StoreUnavailable`.
   */
  readonly committed: Promise<boolean>
}

/** What is to be decided, and what came of it. */
export interface AssignmentQueue {
  /**
   * Decides the oldest assignment that is due, on all that was acknowledged before, by whichever instance.
   * @param adviceFor what was found out for an assignment outside of the store
   * @returns `null` if nothing is due
   */
  next(exclusions: Exclusions, adviceFor: (id: AssignmentId) => Advice): Promise<TakenStep | null>
  /** Settles a step. The answer is where the assignment stands now: `superseded` if a person was faster. */
  settle(step: Step, settlement: Settlement): Promise<AssignmentState>
  /** When something falls due that is not due yet (a retry, the end of a snooze), or `null`. */
  nextDueAt(now: number): Promise<number | null>
  /** Applies what others have stored for this account: other instances, command line tools, the page. */
  drain(): Promise<void>
  /**
   * Calls `listener` when there may be something to decide: an input was applied that opens work or frees an agent, or the
   * inbox has rows. The input need not be on the disk yet: a step is written after, or with, what it rests on.
   */
  onWork(listener: (work: Work) => void): () => void
  /** Calls `listener` after each commit that changed something for chats that wait; the answer ends that. */
  onChange(listener: (notice: Notice) => void): () => void
}

/** What the lane knows of the requests of an earlier run. */
export interface LaneMemory {
  /** Notes that a request leaves which is not one of `AssignmentQueue.next`'s, which are noted there. */
  recordRequest(sentAt: number): Promise<void>
  /** When requests left that may still count at `now`. */
  recentRequests(now: number): Promise<number[]>
  /** What is known of the bursts that the account takes, or `null`. */
  learnedBurst(): Promise<LearnedBurst | null>
  saveLearnedBurst(learned: LearnedBurst): Promise<void>
  /** Until when HelpCrunch asked us to send nothing (time of day), or `null` if it never did. */
  heldUntil(): Promise<number | null>
  saveHeldUntil(until: number): Promise<void>
}

export interface RosterStore {
  saveRoster(roster: Roster, seenAt: number): Promise<void>
  /** When the roster was last read from HelpCrunch, or `null` if never. */
  rosterSeenAt(): Promise<number | null>
}

export interface SearchStore {
  /**
   * Takes over what a search found out, where it is newer than what we hold. A chat that was never heard of, or whose
   * customer wrote without our hearing of it, asks for an agent, unless the customer wrote before `openSince`.
   * @param takenAt when the search was asked, by HelpCrunch's clock
   */
  reconcile(found: readonly FoundChat[], takenAt: number, openSince: number): Promise<Reconciled>
  /** Up to when the account's chats have been searched, or `null` if never. */
  reconciledUntil(): Promise<number | null>
  saveReconciledUntil(until: number): Promise<void>
}

export type Asked =
  | 'done'
  | 'no such agent'
  | 'there is no record of this chat'
  | 'the chat is closed'
  | 'an agent has the chat'
  | 'the agent has the chat already'

export interface HandOverPreview {
  readonly chatId: ChatId
  /** `null`: no agent would get it now. */
  readonly agentId: AgentId | null
  readonly summary: string
}

/** What people see and do: command line tools and the API, beside any instance. */
export interface Operator {
  /** @param until when the pause ends; `null`: they are back */
  pauseAgent(agentId: AgentId, until: number | null): Promise<'done' | 'no such agent'>
  listAgents(): Promise<Agent[]>
  listDepartments(): Promise<Department[]>
  countOpen(): Promise<{ waiting: number; decided: number }>
  /** What is known of a chat and of every decision for it, the oldest first; `null` where there is no record of it. */
  explain(chatId: ChatId): Promise<ChatHistory | null>
  listDeadLetters(limit: number, before?: AssignmentId): Promise<DeadLetter[]>
  /** Opens a new assignment for a dead letter's chat, if it still needs one. */
  replay(id: AssignmentId): Promise<Replay>
  /** Leaves an act for the instance that decides; anything but `done` is why it would change nothing. */
  ask(act: AskedAct): Promise<Asked>
  /** Who would get an agent's open chats by the rules in force. */
  previewHandOver(agentId: AgentId): Promise<HandOverPreview[]>
}

/** One account's store: each caller takes the contract that it needs. */
export interface AccountStore extends WebhookInbox, AssignmentQueue, LaneMemory, RosterStore, SearchStore, Operator {
  readonly accountId: AccountId
  /** What people read: the page, the API, the commands. */
  readonly reports: Reports
  /** What operators did. */
  readonly actLog: ActLog
}

/** What deciding needs of it. */
export type WorkerStore = Omit<AccountStore, 'reports' | 'actLog' | 'ask' | 'previewHandOver'>

/** All accounts' stores, in one database. */
export interface Stores extends AsyncDisposable {
  readonly leases: Leases
  /** What an operator should know of the database. */
  readonly warnings: readonly string[]
  /** The store of an account, which is added where it is not known. */
  open(account: string, inForce: () => InForce): Promise<AccountStore>
  /** The store of an account that is known, or `null`. */
  find(account: string): Promise<AccountStore | null>
  /** The time of day by the database's clock. */
  now(): Promise<number>
  /** The names of all accounts that are known. */
  accounts(): Promise<string[]>
  /** How many assignments are open, by the number of their account. */
  countOpen(): Promise<ReadonlyMap<AccountId, { waiting: number; decided: number }>>
  /** Deletes what is older than `before` and not open, at most `limit` rows of a kind; answers how many. */
  prune(before: number, limit: number): Promise<number>
  /** Has those accounts that this instance decides for apply what others have stored. */
  noticeOthers(): Promise<void>
  /** Calls `listener` when the database works again after it had refused to; the answer ends that. */
  onRecovered(listener: () => void): () => void
  /** Resolves if the database answers, else throws `StoreUnavailable`. */
  check(): Promise<void>
  close(): Promise<void>
}
