import type { Leases } from './lease-types.ts'
import type { Except, Settlement, Turn } from './turn-types.ts'
import type { ChatPolicy, Decision, Situation } from '../decision.ts'
import type {
  AccountId,
  Agent,
  AgentId,
  AssignmentId,
  AssignmentState,
  ChatEvent,
  ChatId,
  Department,
  DepartmentId,
  EventId,
  FoundChat,
  LearnedBurst,
  Roster,
} from '../domain.ts'

import type { Attempt, ChatHistory } from '../core/contract.ts'
import type { ActLog } from './reports/act-log.ts'
import type { Reports } from './reports/contract.ts'

export type { Attempt, ChatHistory } from '../core/contract.ts'
export type { Lease, Leases } from './lease-types.ts'
export type { Except, Settlement, Turn, Work } from './turn-types.ts'

/** How many chats a search opened an assignment for, corrected, and left alone because nobody wrote lately. */
export interface Reconciled {
  readonly opened: number
  readonly corrected: number
  readonly leftAlone: number
}

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

export type Replay =
  | 'replayed'
  | 'no such dead letter'
  | 'the chat waits for an agent already'
  | 'the chat is closed'
  | 'somebody has the chat'

/** What a commit changed for those who wait. */
export interface Change {
  /** There is something to decide, or to take in, that was not there before. */
  readonly hasWork: boolean
  /** Another copy had to refuse webhooks: what they told is to be asked for before anything is decided. */
  readonly hasMissed?: boolean
  /** A slot was freed, the roster changed, or an agent was resumed: who waits may have a chance now. */
  readonly hasFreed: boolean
  readonly arrivals?: readonly Arrival[]
  /** Chats that somebody else gave to somebody. */
  readonly taken?: readonly { readonly chatId: ChatId; readonly agentId: AgentId }[]
}

/** A chat came, or somebody who is not our choice got it within seconds. */
export interface Arrival {
  readonly departmentId: DepartmentId | null
  readonly isNew: boolean
  readonly isTaken: boolean
}

/** Thrown when the database cannot do what is asked now: full, read-only, locked, closed. The cause says which. */
export class StoreUnavailable extends Error {
  override readonly name: string = 'StoreUnavailable'
}

/** Thrown when another copy decides for the account now: nothing was written, and nothing may be sent. */
export class LeaseLost extends StoreUnavailable {
  override readonly name = 'LeaseLost'
}

/** What must survive a crash, of one account. Every promise resolves only once its change is on the disk. */
export interface Store {
  readonly accountId: AccountId
  /** What people read: the page, the API, the commands. */
  readonly reports: Reports
  /** What operators did. */
  readonly actLog: ActLog
  /** Stores an event, or finds that it was stored before. All who wait at that moment share one commit. */
  receive(event: ChatEvent): Promise<'accepted' | 'duplicate'>
  /** Takes in what others have stored for this account: other copies, command line tools. */
  takeIn(): Promise<void>
  /**
   * Takes the oldest assignment that is due, decides it with `route` and records the decision, all in one transaction.
   * Whatever was acknowledged before, by whichever copy, is taken in first.
   * @returns `null` if nothing is due
   */
  takeTurn(except: Except, route: (situation: Situation) => Decision): Promise<Turn | null>
  /** Settles a turn. The answer is where the assignment stands now: `superseded` if a person was faster. */
  settle(assignmentId: AssignmentId, settlement: Settlement): Promise<AssignmentState>
  /** When something falls due that is not due yet (a retry, the end of a snooze), or `null`. */
  nextDueAt(now: number): Promise<number | null>
  countOpen(): Promise<{ waiting: number; decided: number }>
  saveRoster(roster: Roster, seenAt: number): Promise<void>
  /** When the roster was last read from HelpCrunch, or `null` if never. */
  rosterSeenAt(): Promise<number | null>
  /** @param until when the pause ends; `null`: they are back */
  pauseAgent(agentId: AgentId, until: number | null): Promise<'done' | 'no such agent'>
  listAgents(): Promise<Agent[]>
  listDepartments(): Promise<Department[]>
  /** What is known of a chat and of every decision for it, the oldest first; `null` for a chat that was never heard of. */
  explain(chatId: ChatId): Promise<ChatHistory | null>
  /**
   * Takes over what a search found out, where it is newer than what we hold. A chat that was never heard of, or whose
   * customer wrote without our hearing of it, asks for an agent, unless the customer wrote before `openSince`.
   * @param takenAt when the search was asked, by HelpCrunch's clock
   */
  reconcile(found: readonly FoundChat[], takenAt: number, openSince: number): Promise<Reconciled>
  /** Up to when the account's chats have been searched, or `null` if never. */
  reconciledUntil(): Promise<number | null>
  saveReconciledUntil(until: number): Promise<void>
  listDeadLetters(limit: number, before?: AssignmentId): Promise<DeadLetter[]>
  /** Opens a new assignment for a dead letter's chat, if it still needs one. */
  replay(id: AssignmentId): Promise<Replay>
  /** Notes that a request leaves which is not one of `takeTurn`'s, which are noted there. */
  recordRequest(sentAt: number): Promise<void>
  /** When requests left since `since`. */
  recentRequests(now: number): Promise<number[]>
  /** What is known of the bursts that the account takes, or `null`. */
  learnedBurst(): Promise<LearnedBurst | null>
  saveLearnedBurst(learned: LearnedBurst): Promise<void>
  /** Until when HelpCrunch asked us to send nothing (time of day), or `null` if it never did. */
  heldUntil(): Promise<number | null>
  saveHeldUntil(until: number): Promise<void>
  /** Calls `listener` after each commit that changed something for those who wait; the answer ends that. */
  onChange(listener: (change: Change) => void): () => void
}

/** All accounts' stores, in one database. */
export interface Stores extends AsyncDisposable {
  readonly leases: Leases
  /** What whoever runs the service should know of the database. */
  readonly warnings: readonly string[]
  /** The store of an account, which is added where it is not known. */
  open(account: string, policy: () => ChatPolicy): Promise<Store>
  /** The store of an account that is known, or `null`. */
  find(account: string): Promise<Store | null>
  /** The time of day by the database's clock. */
  now(): Promise<number>
  /** The names of all accounts that are known. */
  accounts(): Promise<string[]>
  /** How many assignments are open, by the number of their account. */
  countOpen(): Promise<ReadonlyMap<AccountId, { waiting: number; decided: number }>>
  /** Deletes what is older than `before` and not open, at most `limit` rows of a kind; answers how many. */
  prune(before: number, limit: number): Promise<number>
  /** Has those accounts that this copy decides for take in what others have stored. */
  noticeOthers(): Promise<void>
  /** Calls `listener` when the database works again after it had refused to; the answer ends that. */
  onRecovered(listener: () => void): () => void
  /** Resolves if the database answers, else throws `StoreUnavailable`. */
  check(): Promise<void>
  close(): Promise<void>
}
