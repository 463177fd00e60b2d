import type { Agent, AgentId, AssignmentId, ChatId, CustomerId, Department } from '../domain.ts'
import type { Applied } from './contract.ts'
import type { AgentRecord, Assignment, ChatRecord, CustomerRecord, LastAgent } from './records.ts'
import { activeAt } from './chat-state.ts'
import { createHead, type Head } from './head.ts'

/**
 * The state of one account. Records are immutable: an input replaces those that it changes, through `merge` alone.
 * Chats that are closed or settled may be dropped from `chats`, and are read back when an input needs them.
 */
export interface AccountState {
  readonly chats: Map<ChatId, ChatRecord>
  readonly agents: Map<AgentId, AgentRecord>
  /** The agents that HelpCrunch lists, sorted by id: those that a decision looks at. */
  listed: readonly Agent[]
  listedPlaces: Map<AgentId, number>
  departments: readonly Department[]
  /** The agent of each customer's last chat; `null`: the database was read, and has none. */
  readonly customers: Map<CustomerId, LastAgent | null>
  /** Customers as they were last read from HelpCrunch; `null`: the database was read, and has none. */
  readonly customerRecords: Map<CustomerId, CustomerRecord | null>
  /** Whether HelpCrunch says that the team is online; `null`: not known. */
  teamOnline: boolean | null
  /** Waiting assignments that may be tried now, by pool. */
  readonly pools: Map<string, Head<AssignmentId>>
  /** Waiting assignments whose `notBefore` has not come, sorted by it. */
  readonly later: Head<AssignmentId>
  /** Decided assignments, whose PUT is under way or may have taken effect. */
  readonly decided: Map<AssignmentId, ChatId>
  /** The chat and pool of each assignment in `pools`, `later` or `decided`. */
  readonly placeOf: Map<AssignmentId, { readonly chatId: ChatId; readonly pool: string }>
  /** Chats sorted by when time next changes them: the end of a snooze, a due answer, a hand-over. */
  readonly due: Head<ChatId>
  /** Chats that take capacity, sorted by when they last changed. */
  readonly active: Head<ChatId>
  /** How many assignments are in the state `waiting`. */
  waiting: number
  decidedCount: number
  /** The latest place in the rotation. */
  lastPosition: number
}

/** An empty state. */
export function createState(): AccountState {
  return {
    chats: new Map(),
    agents: new Map(),
    listed: [],
    departments: [],
    customers: new Map(),
    customerRecords: new Map(),
    teamOnline: null,
    pools: new Map(),
    later: createHead(),
    decided: new Map(),
    placeOf: new Map(),
    listedPlaces: new Map(),
    due: createHead(),
    active: createHead(),
    waiting: 0,
    decidedCount: 0,
    lastPosition: 0,
  }
}

/** Puts the result of an input into the state. */
export function merge(state: AccountState, applied: Applied, now: number): void {
  const { chats, assignments, agents, departments, customers, customerRecords, erased, teamOnline } = applied
  for (const assignment of assignments) unqueue(state, assignment.id)
  for (const record of chats) {
    const before = state.chats.get(record.chat.id)
    count(state, before?.open ?? null, -1)
    count(state, record.open, 1)
    // The most recently used come last.
    state.chats.delete(record.chat.id)
    state.chats.set(record.chat.id, record)
    enqueue(state, record, now)
  }
  for (const { customerId, last } of customers) setLast(state.customers, customerId, last)
  for (const { customerId, record } of customerRecords) setLast(state.customerRecords, customerId, record)
  for (const customerId of erased) {
    state.customers.set(customerId, null)
    state.customerRecords.set(customerId, null)
  }
  if (teamOnline !== undefined) state.teamOnline = teamOnline
  if (departments !== null) state.departments = departments
  if (agents.length > 0) setAgents(state, agents)
}

/** The most recently used come last. */
function setLast<Key, Value>(map: Map<Key, Value>, key: Key, value: Value): void {
  map.delete(key)
  map.set(key, value)
}

/** Puts a chat and its open assignment into the lists that the dispatcher and the timers read. */
export function enqueue(state: AccountState, record: ChatRecord, now: number): void {
  const { chat, open, heldLoad } = record
  state.due.set(chat.id, dueAt(chat))
  state.active.set(chat.id, heldLoad > 0 ? activeAt(chat) : null)
  if (open === null) return
  unqueue(state, open.id)
  state.placeOf.set(open.id, { chatId: chat.id, pool: open.pool })
  if (open.state === 'decided') state.decided.set(open.id, chat.id)
  else if (open.notBefore > now) state.later.set(open.id, open.notBefore)
  else poolHead(state, open.pool).set(open.id, open.rankAt)
}

/** When time next changes a chat, or `null`. */
export function dueAt({ snoozedUntil, answerDueAt, handOverAt }: ChatRecord['chat']): number | null {
  const times = [snoozedUntil, answerDueAt, handOverAt].filter((at) => at !== null)
  return times.length === 0 ? null : Math.min(...times)
}

/** The head of a pool's queue; a new pool gets one. */
export function poolHead(state: AccountState, pool: string): Head<AssignmentId> {
  const known = state.pools.get(pool)
  if (known !== undefined) return known
  const head = createHead<AssignmentId>()
  state.pools.set(pool, head)
  return head
}

function unqueue(state: AccountState, id: AssignmentId): void {
  const place = state.placeOf.get(id)
  if (place === undefined) return
  state.placeOf.delete(id)
  state.later.set(id, null)
  state.decided.delete(id)
  const head = state.pools.get(place.pool)
  head?.set(id, null)
  if (head?.entries().length === 0 && !head.isLow()) state.pools.delete(place.pool)
}

function count(state: AccountState, open: Assignment | null, by: number): void {
  if (open?.state === 'waiting') state.waiting += by
  if (open?.state === 'decided') state.decidedCount += by
}

/** Stores agents, and keeps the sorted list that decisions look at. */
export function setAgents(state: AccountState, agents: readonly AgentRecord[]): void {
  let isAnotherList = false
  const listed = [...state.listed]
  for (const record of agents) {
    const { agent, isListed } = record
    const place = state.listedPlaces.get(agent.id)
    state.agents.set(agent.id, record)
    state.lastPosition = Math.max(state.lastPosition, agent.turn)
    if (isListed && place !== undefined) listed[place] = agent
    else if (isListed || place !== undefined) isAnotherList = true
  }
  state.listed = listed
  if (!isAnotherList) return
  const all = [...state.agents.values()].filter(({ isListed }) => isListed).map(({ agent }) => agent)
  state.listed = all.toSorted((a, b) => a.id - b.id)
  state.listedPlaces = new Map(state.listed.map(({ id }, place) => [id, place]))
}
