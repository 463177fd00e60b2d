import type { HandOverPreview } from '../../store/contract.ts'
import type { ChatHistory } from '../../core/records.ts'
import type { ChatId, Check } from '../../domain.ts'
import type { AgentRow, Reports } from '../../store/reports/contract.ts'

/** One account, as people see it and act on it. Every instance answers, whichever decides for the account. */
export interface ApiAccount {
  readonly name: string
  readonly isDryRun: boolean
  readonly limitPerMinute: number
  readonly reports: Reports
  readonly rules: RulesInForce
  readonly acts: OperatorActs
  readonly changes: ChangeFeed
  explain(chatId: ChatId): Promise<ChatHistory | null>
  /** What serves the account on this instance; empty where another instance decides for it. */
  checks(): readonly Check[]
  /** The chat's page in HelpCrunch, or `null` where the subdomain is not known. */
  chatUrl(chatId: number): string | null
}

/** Tells that something which people see has changed, on whichever instance. */
export interface ChangeFeed {
  /** Calls `listener` after commits that changed the account; the answer ends that. */
  onChange(listener: () => void): () => void
}

/** The rules in force, for people. */
export interface RulesInForce {
  /** `null`: none could be read yet. */
  version(): string | null
  /** Why the routing file's last change was refused, or `null`. */
  refusal(): string | null
  /** The team's time zone: the one that most shifts are in; `null`: no shift names one. */
  zone(): string | null
  statusOf(agent: AgentRow, now: number): AgentStatus
  /** `false`: a bot, or an agent with a weight or a capacity of 0 everywhere. */
  getsChats(agent: AgentRow): boolean
  /** For how long an agent is on shift between two moments. */
  workingMs(agentId: number, from: number, to: number): number
  weightOf(agentId: number): number
  isOnShift(agentId: number, at: number): boolean
  /** The rules in words, a sentence each, and what makes no sense in them. */
  describe(): Promise<RulesInWords>
  /** Checks a routing file that is not in force. */
  check(text: string): Promise<CheckedRules>
}

export interface AgentStatus {
  readonly state:
    | 'available'
    | 'full'
    | 'paused'
    | 'away'
    | 'off shift'
    | 'on leave'
    | 'set aside'
    | 'gets no chats'
    | 'day limit'
  /** When that ends by itself, or `null`. */
  readonly until: number | null
  /** In the department where it is largest. */
  readonly capacity: number | null
  readonly weight: number
}

interface RulesInWords {
  readonly sentences: readonly string[]
  readonly findings: readonly string[]
}

interface CheckedRules extends RulesInWords {
  readonly mistakes: readonly string[]
}

/** What an operator does. Times are milliseconds since the epoch. */
export type OperatorAct = ActHead &
  (
    | { readonly kind: 'pause'; readonly agentId: number; readonly until: number | null }
    | { readonly kind: 'resume'; readonly agentId: number }
    /** Gives an agent's open chats to others, by the policy in force: these, or all of them. */
    | { readonly kind: 'hand over'; readonly agentId: number; readonly chatIds: readonly number[] | null }
    /** At most so many new chats until the end of the team's day; `null`: no such limit any more. */
    | { readonly kind: 'most today'; readonly agentId: number; readonly most: number | null }
    | { readonly kind: 'assign'; readonly chatId: number; readonly agentId: number }
    | { readonly kind: 'look again'; readonly chatId: number }
    /** Tries failed assignments again: these, or all that failed since then. */
    | { readonly kind: 'replay'; readonly ids: readonly number[] }
    | { readonly kind: 'replay all'; readonly since: number }
  )

interface ActHead {
  /** Two acts with the same key are one: the second gets the first one's result. */
  readonly idempotencyKey: string
  readonly who: string
  readonly at: number
  readonly reason: string | null
}

/** What came of an act, in a sentence for the log of actions. */
export interface ActResult {
  readonly status: 'done' | 'refused'
  readonly message: string
}

/**
 * The one way in for what operators do. An act is noted in the log of actions in the same commit that makes it an input of
 * the account, and survives a crash from then on.
 */
export interface OperatorActs {
  /** @throws StoreUnavailable where the database refuses */
  perform(act: OperatorAct): Promise<ActResult>
  /** Who would get each of an agent's open chats by the policy in force. */
  previewHandOver(agentId: number): Promise<readonly HandOverPreview[]>
}
