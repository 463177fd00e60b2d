import type { Exclusions, Reconciled, Replay, Step } from '../core/contract.ts'
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
import type { Notice, Work } from './changes.ts'
import type { AskedAct } from './inbox/leave.ts'
import type { Leases } from './lease-types.ts'
import type { ActLog } from './reports/act-log.ts'
import type { Reports } from './reports/contract.ts'

export type { Notice, Work } from './changes.ts'
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

/** Thrown when the database cannot do the work now: full, read-only, locked, closed. The cause says which. */
export class StoreUnavailable extends Error {
  override readonly name: string = 'StoreUnavailable'
}

/** Thrown when another instance may decide for the account: nothing was written, and nothing may be sent. */
export class LeaseLost extends StoreUnavailable {
  override readonly name = 'LeaseLost'
}

/** Stores webhooks. Every promise of these contracts resolves only once its change is on the disk. */
export interface WebhookInbox {
  /** Stores an event, unless it is stored already. */
  receive(event: ChatEvent): Promise<'accepted' | 'duplicate'>
  /** The same for a customer's event. */
  receiveCustomer(event: CustomerEvent): Promise<'accepted' | 'duplicate'>
}

/** A step, and when its request may leave. */
interface TakenStep {
  readonly step: Step
  /**
   * Resolves when the step is on the disk. `true`: its request may leave. `false`: an event acknowledged meanwhile
   * speaks against it, and the assignment is decided again. Rejects with `StoreUnavailable`.
   */
  readonly committed: Promise<boolean>
}

/** Decides assignments and settles their steps. */
export interface AssignmentQueue {
  /**
   * Decides the oldest assignment that is due, after all events that any instance has acknowledged.
   * @param adviceFor returns what was learned about an assignment outside the store
   * @returns `null` if nothing is due
   */
  next(exclusions: Exclusions, adviceFor: (id: AssignmentId) => Advice): Promise<TakenStep | null>
  /**
   * Settles a step.
   * @returns the state of the assignment afterwards: `superseded` if a person was faster
   */
  settle(step: Step, settlement: Settlement): Promise<AssignmentState>
  /** When the next retry, end of a snooze or other time falls due, or `null`. */
  nextDueAt(now: number): Promise<number | null>
  /** Applies the account's inbox: rows of other instances, command line tools and the page. */
  drain(): Promise<void>
  /**
   * Calls `listener` when there may be something to decide: an input was applied that opens work or frees an agent, or the
   * inbox has rows. The input need not be on the disk yet: a step is written after, or with, what it rests on.
   */
  onWork(listener: (work: Work) => void): () => void
  /** Calls `listener` after each commit that changed something for listeners; returns a function that removes it. */
  onChange(listener: (notice: Notice) => void): () => void
}

/** What the lane remembers of an earlier run. */
export interface LaneMemory {
  /** Records that a request leaves. Requests of `AssignmentQueue.next` are recorded there. */
  recordRequest(sentAt: number): Promise<void>
  /** When the requests left that may still count at `now`. */
  recentRequests(now: number): Promise<number[]>
  /** The burst that the account accepts, or `null` if nothing was learned. */
  learnedBurst(): Promise<LearnedBurst | null>
  saveLearnedBurst(learned: LearnedBurst): Promise<void>
  /** The end of a hold that HelpCrunch asked for (time of day), or `null` if it never did. */
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
   * Applies a search where it is newer than the stored state. An unknown chat, or a customer message that no webhook
   * told of, opens an assignment, unless the customer wrote before `openSince`.
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

/** What people see and do through command line tools and the API, on any instance. */
export interface Operator {
  /** @param until when the pause ends; `null`: the agent is back */
  pauseAgent(agentId: AgentId, until: number | null): Promise<'done' | 'no such agent'>
  listAgents(): Promise<Agent[]>
  listDepartments(): Promise<Department[]>
  countOpen(): Promise<{ waiting: number; decided: number }>
  /** Everything known of a chat, with every decision for it, the oldest first; `null`: the chat is unknown. */
  explain(chatId: ChatId): Promise<ChatHistory | null>
  listDeadLetters(limit: number, before?: AssignmentId): Promise<DeadLetter[]>
  /** Opens a new assignment for a dead letter's chat, if it still needs one. */
  replay(id: AssignmentId): Promise<Replay>
  /** Leaves an act for the deciding instance. Any result but `done` says why the act would change nothing. */
  ask(act: AskedAct): Promise<Asked>
  /** Which agents would get an agent's open chats by the policy in force. */
  previewHandOver(agentId: AgentId): Promise<HandOverPreview[]>
}

/** One account's store: each caller takes the contract that it needs. */
export interface AccountStore extends WebhookInbox, AssignmentQueue, LaneMemory, RosterStore, SearchStore, Operator {
  readonly accountId: AccountId
  /** Queries for the page, the API and the commands. */
  readonly reports: Reports
  /** The log of operators' acts. */
  readonly actLog: ActLog
}

/** The part of a store that an account worker needs. */
export type WorkerStore = Omit<AccountStore, 'reports' | 'actLog' | 'ask' | 'previewHandOver'>

/** All accounts' stores, in one database. */
export interface Stores extends AsyncDisposable {
  readonly leases: Leases
  /** Warnings about the database for the operator. */
  readonly warnings: readonly string[]
  /** The store of an account. A new account is added. */
  open(account: string, inForce: () => InForce): Promise<AccountStore>
  /** The store of a known account, or `null`. */
  find(account: string): Promise<AccountStore | null>
  /** The time of day by the database's clock. */
  now(): Promise<number>
  /** The names of all accounts that are known. */
  accounts(): Promise<string[]>
  /** How many assignments are open, by the number of their account. */
  countOpen(): Promise<ReadonlyMap<AccountId, { waiting: number; decided: number }>>
  /** Deletes rows older than `before` that are not open, at most `limit` of a kind; returns how many. */
  prune(before: number, limit: number): Promise<number>
  /** Makes the accounts that this instance decides for apply their inbox. */
  noticeOthers(): Promise<void>
  /** Calls `listener` when the database works again after a refusal; returns a function that removes it. */
  onRecovered(listener: () => void): () => void
  /** Resolves if the database answers, else throws `StoreUnavailable`. */
  check(): Promise<void>
  close(): Promise<void>
}
