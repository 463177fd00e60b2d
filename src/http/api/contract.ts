import type { HandOverPreview } from '../../store/contract.ts'
import type { ChatHistory } from '../../core/records.ts'
import type { ChatId, Check } from '../../domain.ts'
import type { AgentRow, Reports } from '../../store/reports/contract.ts'

/** One account for people who watch it and act on it. Every instance serves this, whichever decides for the account. */
export interface ApiAccount {
  readonly name: string
  readonly isDryRun: boolean
  readonly limitPerMinute: number
  readonly reports: Reports
  readonly rules: RulesInForce
  readonly acts: OperatorActs
  readonly changes: ChangeFeed
  explain(chatId: ChatId): Promise<ChatHistory | null>
  /** The checks of the account's worker on this instance; empty if another instance decides for the account. */
  checks(): readonly Check[]
  /** The chat's page in HelpCrunch, or `null` if the subdomain is not known. */
  chatUrl(chatId: number): string | null
}

/** Announces changes that people can see, on any instance. */
export interface ChangeFeed {
  /** Calls `listener` after commits that changed the account; returns a function that removes it. */
  onChange(listener: () => void): () => void
}

/** The policy in force, for people. */
export interface RulesInForce {
  /** `null`: no policy could be read yet. */
  version(): string | null
  /** Why the routing file's last change was refused, or `null`. */
  refusal(): string | null
  /** The team's time zone, which most shifts have; `null`: no shift names one. */
  zone(): string | null
  statusOf(agent: AgentRow, now: number): AgentStatus
  /** `false`: a bot, or an agent with a weight or a capacity of 0 everywhere. */
  getsChats(agent: AgentRow): boolean
  /** How long an agent is on shift between two moments. */
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
  /** When the state ends by itself, or `null`. */
  readonly until: number | null
  /** The capacity in the department where it is largest. */
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

/** An operator's act. Times are milliseconds since the epoch. */
export type OperatorAct = ActHead &
  (
    | { readonly kind: 'pause'; readonly agentId: number; readonly until: number | null }
    | { readonly kind: 'resume'; readonly agentId: number }
    /** Hands an agent's open chats over to others, by the policy in force: these, or, with `null`, all of them. */
    | { readonly kind: 'hand over'; readonly agentId: number; readonly chatIds: readonly number[] | null }
    /** At most `most` new chats until the end of the team's day; `null`: no such limit any more. */
    | { readonly kind: 'most today'; readonly agentId: number; readonly most: number | null }
    | { readonly kind: 'assign'; readonly chatId: number; readonly agentId: number }
    | { readonly kind: 'look again'; readonly chatId: number }
    /** Tries failed assignments again: these, or all that failed since a time. */
    | { readonly kind: 'replay'; readonly ids: readonly number[] }
    | { readonly kind: 'replay all'; readonly since: number }
  )

interface ActHead {
  /** Two acts with the same key are one act: the second gets the first one's result. */
  readonly idempotencyKey: string
  readonly who: string
  readonly at: number
  readonly reason: string | null
}

/** The result of an act, with a sentence for the log of acts. */
export interface ActResult {
  readonly status: 'done' | 'refused'
  readonly message: string
}

/**
 * Performs operators' acts. An act is logged before it is done, and its result afterwards. If the process ends in
 * between, repeating the request does the act again.
 */
export interface OperatorActs {
  /** @throws StoreUnavailable if the database refuses */
  perform(act: OperatorAct): Promise<ActResult>
  /** Which agents would get an agent's open chats by the policy in force. */
  previewHandOver(agentId: number): Promise<readonly HandOverPreview[]>
}
