import type { ChatPolicy, Decision } from '../decision.ts'
import type { AgentId, Chat, ChatId, CustomerId, Department } from '../domain.ts'
import type { Moment } from './inputs.ts'
import type { AgentRecord, Assignment, ChatRecord, CustomerRecord, LastAgent, Verification } from './records.ts'
import type { AccountState } from './state.ts'

/** One chat while an input is applied. `finish` finds what changed by comparison with `before`. */
export interface ChatDraft {
  readonly before: ChatRecord
  chat: Chat
  open: Assignment | null
  verifiedAt: Verification
  /** Assignments that this input ended. */
  readonly ended: Assignment[]
  /** The chat's first `chat.new` was applied. */
  isNew: boolean
  /** An agent who is not our choice got the chat so soon after `chat.new` that no person can have assigned it. */
  isTakenByOthers: boolean
  /** The agent that a person or another program assigned the chat to. */
  takenBy: AgentId | null
}

/**
 * The working set of one input. Reads fall through to the state; the changes are merged as a whole, or, after a throw,
 * not at all.
 */
export interface Draft {
  readonly state: AccountState
  readonly moment: Moment
  readonly now: number
  readonly policy: ChatPolicy
  readonly chats: Map<ChatId, ChatDraft>
  readonly agents: Map<AgentId, AgentRecord>
  readonly customers: Map<CustomerId, LastAgent>
  readonly customerRecords: Map<CustomerId, CustomerRecord>
  readonly erased: Set<CustomerId>
  readonly ended: Assignment[]
  readonly decisions: { readonly assignmentId: Assignment['id']; readonly decision: Decision }[]
  departments: readonly Department[] | null
  teamOnline: boolean | null | undefined
  /** A webhook named an agent or a department that the roster does not have. */
  needsRoster: boolean
  /** An agent is available again, or the roster was replaced: waiting chats may have a chance now. */
  hasFreed: boolean
}

/**
 * Opens a draft on the state.
 * @param now the time that the input counts from; for an event, the time of its acknowledgement
 */
export function openDraft(state: AccountState, moment: Moment, now = moment.now): Draft {
  return {
    state,
    moment,
    now,
    policy: moment.policy,
    chats: new Map(),
    agents: new Map(),
    customers: new Map(),
    customerRecords: new Map(),
    erased: new Set(),
    ended: [],
    decisions: [],
    departments: null,
    teamOnline: undefined,
    needsRoster: false,
    hasFreed: false,
  }
}

/**
 * The chat as this input has it.
 * @throws Error if the chat was not read into the state: a mistake of the caller
 */
export function chatOf(draft: Draft, id: ChatId): ChatDraft {
  const known = draft.chats.get(id)
  if (known !== undefined) return known
  const before = draft.state.chats.get(id)
  if (before === undefined) throw new Error(`chat ${id} was not read before an input changed it`)
  const { chat, open, verifiedAt } = before
  const work: ChatDraft = {
    before,
    chat,
    open,
    verifiedAt,
    ended: [],
    isNew: false,
    isTakenByOthers: false,
    takenBy: null,
  }
  draft.chats.set(id, work)
  return work
}

export function change(work: ChatDraft, changes: Partial<Chat>): void {
  work.chat = { ...work.chat, ...changes }
}

/** Changes the open assignment; does nothing if there is none. */
export function changeOpen(work: ChatDraft, changes: Partial<Assignment>): void {
  if (work.open !== null) work.open = { ...work.open, ...changes }
}

/**
 * The agent as this input has it. An agent that no roster has listed yet gets an empty record, since it may have chats.
 */
export function agentOf(draft: Draft, id: AgentId): AgentRecord {
  return draft.agents.get(id) ?? draft.state.agents.get(id) ?? unlistedAgent(id)
}

/** Changes an agent; does nothing for an unknown agent. */
export function changeAgent(draft: Draft, id: AgentId, changes: Partial<AgentRecord['agent']>): void {
  if (!draft.agents.has(id) && !draft.state.agents.has(id)) return
  const record = agentOf(draft, id)
  draft.agents.set(id, { ...record, agent: { ...record.agent, ...changes } })
}

/** Counts a chat that the agent gets or gives back, if an operator limits the agent's chats. */
export function changeAllowance(draft: Draft, id: AgentId, by: 1 | -1): void {
  const { allowance } = agentOf(draft, id).agent
  if (allowance !== null) changeAgent(draft, id, { allowance: { ...allowance, left: allowance.left + by } })
}

/** Whether the policy counts the agent as a bot; without a name, the roster's name is used. */
export function isBot(draft: Draft, { id, name }: { readonly id: AgentId; readonly name: string | null }): boolean {
  const listed = draft.state.agents.get(id)
  return draft.policy.isBot({ id, name: name ?? (listed?.isListed === true ? listed.agent.name : null) })
}

export function isPaused(draft: Draft, id: AgentId): boolean {
  const { pausedUntil } = agentOf(draft, id).agent
  return pausedUntil !== null && pausedUntil > draft.now
}

/** The agent of the customer's last chat, and when that was. */
export function lastAgentOf({ customers, state }: Draft, customerId: CustomerId | null): LastAgent | null {
  return customerId === null ? null : (customers.get(customerId) ?? state.customers.get(customerId) ?? null)
}

/** The customer's record, or `null`. */
export function customerOf({ customerRecords, state }: Draft, customerId: CustomerId | null): CustomerRecord | null {
  if (customerId === null) return null
  return customerRecords.get(customerId) ?? state.customerRecords.get(customerId) ?? null
}

/** Remembers the agent of a customer's last chat, or of a message in it, unless a newer one is known. */
export function noteLastAgent(draft: Draft, customerId: CustomerId | null, agentId: AgentId, at: number): void {
  if (customerId === null) return
  const known = lastAgentOf(draft, customerId)
  if (known === null || known.at <= at) draft.customers.set(customerId, { agentId, at })
}

function unlistedAgent(id: AgentId): AgentRecord {
  return {
    agent: {
      id,
      name: `agent ${id}`,
      departmentIds: [],
      pausedUntil: null,
      isSetAside: false,
      load: 0,
      turn: 0,
      credit: 0,
      recentAt: [],
      lastActiveAt: null,
      missedInRow: 0,
      allowance: null,
    },
    loadHundredths: 0,
    isListed: false,
    seenAt: null,
  }
}
