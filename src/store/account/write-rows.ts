import { activeAt } from '../../core/chat-state.ts'
import type { JournalEntry } from '../../core/journal.ts'
import type { AccountState } from '../../core/state.ts'
import type { AgentRecord, Assignment, ChatRecord, CustomerRecord, LastAgent, SortedEvent } from '../../core/records.ts'
import type { Decision } from '../../decision.ts'
import type { AccountId, CustomerEvent, CustomerId } from '../../domain.ts'
import type { Value } from '../commit/batch.ts'
import { writeChatFacts } from './chat-facts-column.ts'
import { ASKED, DOUBTED } from './read-rows.ts'
import type { AccountFacts } from './task.ts'

export function toChatRow(accountId: AccountId, record: ChatRecord, now: number): Value[] {
  const { chat, holders, heldLoad, verifiedAt } = record
  return [
    accountId,
    chat.id,
    chat.status,
    chat.departmentId,
    chat.assigneeId,
    chat.snoozedUntil,
    chat.restingSince,
    chat.snapshotAt,
    chat.lastCustomerMessageAt,
    chat.lastAgentMessageAt,
    chat.firstSeenAt,
    chat.customerId,
    chat.channel ?? 'chat',
    JSON.stringify(chat.labels),
    JSON.stringify(chat.missedBy),
    chat.assignedByUs ? 1 : 0,
    chat.answerDueAt,
    chat.handOverAt,
    writeChatFacts(chat),
    activeAt(chat),
    holders.heldBy,
    holders.reservedFor,
    heldLoad,
    verifiedAt === 'doubted' ? DOUBTED : verifiedAt === 'asked' ? ASKED : verifiedAt,
    now,
  ]
}

export function toAssignmentRow(accountId: AccountId, assignment: Assignment): Value[] {
  return [
    assignment.id,
    accountId,
    assignment.chatId,
    assignment.eventId,
    assignment.state,
    assignment.pool,
    assignment.openedAt,
    assignment.rankAt,
    assignment.notBefore,
    assignment.agentId,
    assignment.summary,
    assignment.failures,
    assignment.refusals,
    assignment.settledAt,
    assignment.attempts.length === 0 ? null : JSON.stringify(assignment.attempts),
    assignment.choice === null ? null : JSON.stringify(assignment.choice),
  ]
}

/** The values of `ACCOUNT_COLUMNS`. */
export function toAccountValues({ learned, heldUntil, searchedUntil }: AccountFacts, state: AccountState): Value[] {
  return [
    state.waiting,
    state.decidedCount,
    learned?.burst ?? null,
    learned?.learnedAt ?? null,
    heldUntil,
    searchedUntil,
    state.teamOnline === null ? null : Number(state.teamOnline),
  ]
}

export function toAgentRow(accountId: AccountId, { agent, loadHundredths, isListed, seenAt }: AgentRecord): Value[] {
  return [
    accountId,
    agent.id,
    agent.name,
    isListed ? 1 : 0,
    agent.pausedUntil,
    agent.isSetAside ? 1 : 0,
    loadHundredths,
    agent.turn,
    agent.credit,
    JSON.stringify(agent.recentAt),
    agent.missedInRow,
    agent.lastActiveAt,
    seenAt,
    agent.allowance?.left ?? null,
    agent.allowance?.until ?? null,
  ]
}

export function toDecisionRow(accountId: AccountId, assignmentId: Assignment['id'], decision: Decision): Value[] {
  return [accountId, decision.chatId, assignmentId, decision.decidedAt, decision.agentId, JSON.stringify(decision)]
}

export function toEventRow(accountId: AccountId, event: SortedEvent, receivedAt: number): Value[] {
  return [accountId, event.id, event.type, event.chatId, event.occurredAt, receivedAt]
}

export function toCustomerRow(
  accountId: AccountId,
  customerId: CustomerId,
  last: LastAgent,
  forgetAfterMs: number,
): Value[] {
  return [accountId, customerId, last.agentId, last.at, last.at + forgetAfterMs]
}

/** The stored row of a customer's event. Its chat number is 0, since the event belongs to no chat. */
export function toCustomerEventRow(accountId: AccountId, event: CustomerEvent, receivedAt: number): Value[] {
  return [accountId, event.id, event.type, 0, event.occurredAt, receivedAt]
}

export function toCustomerRecordRow(accountId: AccountId, customerId: CustomerId, record: CustomerRecord): Value[] {
  const { readAt, ...data } = record
  return [accountId, customerId, readAt, JSON.stringify(data)]
}

export function toJournalRow(accountId: AccountId, seq: number, { at, kind, data }: JournalEntry): Value[] {
  return [accountId, seq, at, kind, data]
}
