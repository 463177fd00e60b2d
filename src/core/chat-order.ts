import type { Chat, ChatSnapshot } from '../domain.ts'
import { isOpen } from './chat-state.ts'
import type { SortedEvent } from './records.ts'
import type { ChatDraft } from './draft.ts'

const SECOND_MS = 1000
const CLOSE_MS = 2000

/** An assignment that a newer snapshot, which reached us first, shows undone: a person took the agent off in between. */
export function wasRemovedSince(chat: Chat, event: Extract<SortedEvent, { kind: 'snapshot' }>): boolean {
  if (event.type !== 'chat.assigned' || event.snapshot.assigneeId === null || chat.assigneeId !== null) return false
  // It was moved in between.
  if (chat.departmentId !== null && isOtherDepartment(chat, event.snapshot.departmentId)) return false
  return chat.restingSince === null && (chat.lastCustomerMessageAt ?? 0) <= event.occurredAt
}

/**
 * An agent had it, and now none has, though its webhook was not heard: a person took the agent off. Not where the customer has
 * written since the agent was seen with it, where it was moved, or where a bot or a closed chat let it go.
 */
export function isTakenOff(before: Chat, after: Chat): boolean {
  if (before.assigneeId === null || after.assigneeId !== null || before.isWithBot || !isOpen(before)) return false
  const isMoved = after.departmentId !== null && after.departmentId !== before.departmentId
  return !isMoved && (before.lastCustomerMessageAt ?? 0) <= (before.snapshotAt ?? 0)
}

/**
 * A removal that a newer snapshot overtook, which shows no assignee either: a person took an agent off of whom we never heard,
 * and the customer has not written since. As the chat began, it would only say that it is unassigned yet.
 */
export function isLateRemoval(chat: Chat, event: Extract<SortedEvent, { kind: 'snapshot' }>): boolean {
  if (event.type !== 'chat.assigned' || event.snapshot.assigneeId !== null || chat.assigneeId !== null) return false
  const { lastCustomerMessageAt: askedAt, firstSeenAt, restingSince, movedAt } = chat
  const isOfMove = movedAt !== null && event.occurredAt <= movedAt && chat.departmentId === event.snapshot.departmentId
  if (isOfMove) return false
  const beganBy = askedAt === null ? (firstSeenAt ?? 0) + CLOSE_MS : askedAt + SECOND_MS
  return restingSince === null && event.occurredAt > beganBy
}

/** `chat.new` is made before all else of its chat: where anything is known, it tells nothing new of how the chat stands. */
export function isLateNew(chat: Chat, event: Extract<SortedEvent, { kind: 'snapshot' }>): boolean {
  return event.type === 'chat.new' && chat.snapshotAt !== null
}

/**
 * Times are whole seconds, and what a search showed counts as older than it is. So within two seconds only
 * `chat.assigned` can take an agent off: any other event may have been made before the assignment. `chat.new` always was, and
 * before the chat was closed, too.
 */
export function keepNewer(chat: Chat, event: Extract<SortedEvent, { kind: 'snapshot' }>): ChatSnapshot {
  const isLate = isLateNew(chat, event)
  const isClose = chat.snapshotAt !== null && event.occurredAt - chat.snapshotAt <= CLOSE_MS
  const { status, assigneeId, departmentId } = event.snapshot
  const isTransfer = isTransferOf(chat, event) && event.occurredAt > (chat.snapshotAt ?? 0)
  const canTakeOff = event.type === 'chat.assigned' || (event.type !== 'chat.new' && (!isClose || isTransfer))
  return {
    ...event.snapshot,
    status: isLate ? undefined : status,
    departmentId: isLate && chat.departmentId !== null ? undefined : departmentId,
    assigneeId: assigneeId === null && !canTakeOff ? undefined : assigneeId,
  }
}

/** Another department, and no assignee: the chat is sent to that department, and nothing is taken off. */
export function isTransferOf(before: Chat, { snapshot }: Extract<SortedEvent, { kind: 'snapshot' }>): boolean {
  const isKnown = before.snapshotAt !== null && snapshot.departmentId != null
  return isKnown && snapshot.assigneeId === null && isOtherDepartment(before, snapshot.departmentId)
}

function isOtherDepartment(chat: Chat, departmentId: Chat['departmentId'] | undefined): boolean {
  return departmentId !== undefined && departmentId !== chat.departmentId
}

/**
 * An event of the second in which HelpCrunch answered us: which came first is unknown, and departments are given rather than
 * taken away.
 */
export function isOfSameSecond(chat: Chat, { type, occurredAt }: Extract<SortedEvent, { kind: 'snapshot' }>): boolean {
  return type !== 'chat.new' && chat.snapshotAt !== null && toSecond(chat.snapshotAt) === toSecond(occurredAt)
}

/** That it has no department, of about the moment in which it got one, is older. */
export function isBackFromMove({ movedAt }: Chat, departmentId: Chat['departmentId'], takenAt: number): boolean {
  return departmentId === null && movedAt !== null && takenAt - movedAt <= CLOSE_MS
}

/** Whether the agent who has it from us has written since. */
export function isAnswered({ givenAt, lastAgentMessageAt }: Chat): boolean {
  return givenAt !== null && (lastAgentMessageAt ?? 0) >= toSecond(givenAt)
}

/** The times of webhooks are whole seconds. */
function toSecond(at: number): number {
  return Math.floor(at / SECOND_MS) * SECOND_MS
}

/** Dated as older than what we hold, yet by it an agent has the chat: the chat is fetched before it is assigned. */
export function raiseDoubt(work: ChatDraft, event: Extract<SortedEvent, { kind: 'snapshot' }>): void {
  if (event.type !== 'chat.assigned' || event.snapshot.assigneeId === null || work.chat.assigneeId !== null) return
  work.verifiedAt = 'doubted'
}

/**
 * Notes that HelpCrunch told how the chat stands. What is not newer than an agent's message leaves the doubt that the message
 * raised: HelpCrunch assigns an unassigned chat to the agent who answers. A PUT that may have taken effect leaves a doubt that
 * only a fetch can end.
 */
export function noteHeard(work: ChatDraft, takenAt: number, at: number): void {
  const { assigneeId, lastAgentMessageAt } = work.chat
  if (work.verifiedAt === 'doubted' && assigneeId === null) {
    if (work.open?.state === 'decided' || takenAt <= (lastAgentMessageAt ?? -Infinity)) return
  }
  work.verifiedAt = at
}
