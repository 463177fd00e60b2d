import type { AgentId } from '../domain.ts'
import { checkChatTransition } from './chat-transitions.ts'
import { holdersOf, poolOf } from './chat-state.ts'
import type { Applied, Change } from './contract.ts'
import type { Input } from './inputs.ts'
import type { Assignment, ChatRecord, Holders } from './records.ts'
import { agentOf, type ChatDraft, type Draft } from './draft.ts'
import { HUNDREDTHS } from './plain-policy.ts'
import { dueAt } from './state.ts'

/**
 * Ends a draft: checks each chat's transition, updates the agents' loads, and collects the records that changed.
 * @throws Error for a transition that the tables do not list
 */
export function finish(
  draft: Draft,
  input: Input,
): Omit<Applied, 'step' | 'assignmentState' | 'reconciled' | 'replay'> {
  const chats: ChatRecord[] = []
  const assignments: Assignment[] = [...draft.ended]
  const loads = new Map<AgentId, number>()
  const change: Mutable<Change> = {
    hasWork: false,
    hasFreed: draft.hasFreed,
    needsRoster: draft.needsRoster,
    observations: [],
    taken: [],
  }
  for (const work of draft.chats.values()) {
    checkChatTransition(work.before.chat, work.chat, input, draft.now)
    observe(work, change)
    const record = toRecord(draft, work)
    assignments.push(...work.ended)
    if (record.open !== null && record.open !== work.before.open) {
      assignments.push(record.open)
      if (record.open.state === 'waiting') change.hasWork = true
    }
    if (!isSame(record, work.before)) chats.push(record)
    if (isDueSooner(draft, record, work.before)) change.hasWork = true
    addTo(loads, work.before.holders, -work.before.heldLoad)
    addTo(loads, record.holders, record.heldLoad)
  }
  for (const [agentId, by] of loads) {
    if (by < 0) change.hasFreed = true
    if (by !== 0) addLoad(draft, agentId, by)
  }
  return {
    change,
    chats,
    assignments,
    agents: [...draft.agents.values()],
    departments: draft.departments,
    customers: Array.from(draft.customers, ([customerId, last]) => ({ customerId, last })),
    customerRecords: Array.from(draft.customerRecords, ([customerId, record]) => ({ customerId, record })),
    erased: [...draft.erased],
    teamOnline: draft.teamOnline,
    decisions: draft.decisions,
  }
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] extends readonly (infer Item)[] ? Item[] : T[Key] }

/** The chat's record, with the agents whose load it counts in and the pool of its assignment. */
function toRecord({ policy, moment }: Draft, { chat, open, verifiedAt }: ChatDraft): ChatRecord {
  const holders = holdersOf({ chat, open }, moment.now)
  const isHeld = holders.heldBy !== null || holders.reservedFor !== null
  const pool = open === null ? '' : poolOf(chat)
  return {
    chat,
    // A summary for the old pool does not hold for the new one.
    open:
      open === null || open.pool === pool
        ? open
        : { ...open, pool, summary: open.state === 'waiting' ? null : open.summary },
    verifiedAt,
    holders,
    heldLoad: isHeld ? policy.loadOf(chat, moment.now) : 0,
  }
}

/** Whether time changes the chat at another moment than before, so that the timers have to be set again. */
function isDueSooner({ policy }: Draft, record: ChatRecord, before: ChatRecord): boolean {
  const at = dueAt(record.chat)
  if (at !== null && at !== dueAt(before.chat)) return true
  return policy.silentMs !== null && record.heldLoad > 0 && before.heldLoad === 0
}

function isSame(a: ChatRecord, b: ChatRecord): boolean {
  const isSameHeld = a.heldLoad === b.heldLoad && a.holders.heldBy === b.holders.heldBy
  const isSameReserved = a.holders.reservedFor === b.holders.reservedFor
  return a.chat === b.chat && a.open === b.open && a.verifiedAt === b.verifiedAt && isSameHeld && isSameReserved
}

function observe({ isNew, isTakenByOthers, takenBy, chat }: ChatDraft, change: Mutable<Change>): void {
  if (takenBy !== null) change.taken.push({ chatId: chat.id, agentId: takenBy })
  if (!isNew && !isTakenByOthers) return
  change.observations.push({ departmentId: chat.departmentId, isNew, isTaken: isTakenByOthers })
}

function addTo(loads: Map<AgentId, number>, { heldBy, reservedFor }: Holders, by: number): void {
  for (const agentId of [heldBy, reservedFor]) {
    if (agentId !== null) loads.set(agentId, (loads.get(agentId) ?? 0) + by)
  }
}

function addLoad(draft: Draft, agentId: AgentId, by: number): void {
  const record = agentOf(draft, agentId)
  const loadHundredths = record.loadHundredths + by
  draft.agents.set(agentId, {
    ...record,
    loadHundredths,
    agent: { ...record.agent, load: loadHundredths / HUNDREDTHS },
  })
}
