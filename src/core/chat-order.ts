import type { Chat, ChatSnapshot } from '../domain.ts'
import { isOpen } from './chat-state.ts'
import type { SortedEvent } from './records.ts'
import type { ChatDraft } from './draft.ts'

const SECOND_MS = 1000
const CLOSE_MS = 2000

/**
 * A late `chat.assigned` with an assignee, though a newer snapshot has none: a person took the agent off in between.
 */
export function wasRemovedSince(chat: Chat, event: Extract<SortedEvent, { kind: 'snapshot' }>): boolean {
  if (event.type !== 'chat.assigned' || event.snapshot.assigneeId === null || chat.assigneeId !== null) return false
  // The chat was moved to another department in between.
  if (chat.departmentId !== null && isOtherDepartment(chat, event.snapshot.departmentId)) return false
  return chat.restingSince === null && (chat.lastCustomerMessageAt ?? 0) <= event.occurredAt
}

/**
 * The assignee is gone, though no webhook said so: a person took the agent off. Not so if the customer has written
 * since the agent was last seen with the chat, if the chat was moved, or if it was with a bot or closed.
 */
export function isTakenOff(before: Chat, after: Chat): boolean {
  if (before.assigneeId === null || after.assigneeId !== null || before.isWithBot || !isOpen(before)) return false
  const isMoved = after.departmentId !== null && after.departmentId !== before.departmentId
  return !isMoved && (before.lastCustomerMessageAt ?? 0) <= (before.snapshotAt ?? 0)
}

/**
 * A person answered after the chat was last seen, and before `takenAt`, and the customer has not written since. HelpCrunch assigns an
 * unassigned chat to the agent who answers: if it has no assignee at `takenAt`, a person took the agent off.
 */
export function hasAnsweredUnassigned(before: Chat, takenAt: number): boolean {
  const { assigneeId, snapshotAt, lastAgentMessageAt: answeredAt, lastCustomerMessageAt } = before
  if (assigneeId !== null || snapshotAt === null || answeredAt === null || answeredAt >= takenAt) return false
  return answeredAt >= toSecond(snapshotAt) && answeredAt >= (lastCustomerMessageAt ?? 0)
}

/**
 * A late removal: a newer snapshot without an assignee arrived first. A person took off an agent of whom we never
 * heard, and the customer has not written since. Just after the chat began, the same event only says that the chat is
 * not assigned yet.
 */
export function isLateRemoval(chat: Chat, event: Extract<SortedEvent, { kind: 'snapshot' }>): boolean {
  if (event.type !== 'chat.assigned' || event.snapshot.assigneeId !== null || chat.assigneeId !== null) return false
  const { lastCustomerMessageAt: askedAt, firstSeenAt, restingSince, movedAt } = chat
  const isOfMove = movedAt !== null && event.occurredAt <= movedAt && chat.departmentId === event.snapshot.departmentId
  if (isOfMove) return false
  const beganBy = askedAt === null ? (firstSeenAt ?? 0) + CLOSE_MS : askedAt + SECOND_MS
  return restingSince === null && event.occurredAt > beganBy
}

/** HelpCrunch makes `chat.new` before any other event of the chat: if a snapshot is known, its state is out of date. */
export function isLateNew(chat: Chat, event: Extract<SortedEvent, { kind: 'snapshot' }>): boolean {
  return event.type === 'chat.new' && chat.snapshotAt !== null
}

/**
 * Leaves out of a snapshot what may be out of date. HelpCrunch's times are whole seconds, and a search result counts as
 * older than it is. So within two seconds only `chat.assigned` can clear the assignee: any other event may have been
 * made before the assignment. `chat.new` was always made before it, and before the chat was closed.
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

/** Another department and no assignee: the chat was transferred to that department, and no person took an agent off. */
export function isTransferOf(before: Chat, { snapshot }: Extract<SortedEvent, { kind: 'snapshot' }>): boolean {
  const isKnown = before.snapshotAt !== null && snapshot.departmentId != null
  return isKnown && snapshot.assigneeId === null && isOtherDepartment(before, snapshot.departmentId)
}

function isOtherDepartment(chat: Chat, departmentId: Chat['departmentId'] | undefined): boolean {
  return departmentId !== undefined && departmentId !== chat.departmentId
}

/**
 * An event from the same second as our snapshot: the order is unknown. A department in such an event is taken over,
 * because chats get departments more often than they lose them.
 */
export function isOfSameSecond(chat: Chat, { type, occurredAt }: Extract<SortedEvent, { kind: 'snapshot' }>): boolean {
  return type !== 'chat.new' && chat.snapshotAt !== null && toSecond(chat.snapshotAt) === toSecond(occurredAt)
}

/**
 * A snapshot without a department, from about the moment at which the chat got a department, is older than the move.
 */
export function isBackFromMove({ movedAt }: Chat, departmentId: Chat['departmentId'], takenAt: number): boolean {
  return departmentId === null && movedAt !== null && takenAt - movedAt <= CLOSE_MS
}

/** Whether the agent that we assigned has written since. */
export function isAnswered({ givenAt, lastAgentMessageAt }: Chat): boolean {
  return givenAt !== null && (lastAgentMessageAt ?? 0) >= toSecond(givenAt)
}

/** The times of webhooks are whole seconds. */
function toSecond(at: number): number {
  return Math.floor(at / SECOND_MS) * SECOND_MS
}

/**
 * An event dated before our snapshot names an assignee, while our snapshot has none: the chat is fetched before it is
 * assigned.
 */
export function raiseDoubt(work: ChatDraft, event: Extract<SortedEvent, { kind: 'snapshot' }>): void {
  if (event.type !== 'chat.assigned' || event.snapshot.assigneeId === null || work.chat.assigneeId !== null) return
  work.verifiedAt = 'doubted'
}

/**
 * Notes that HelpCrunch has told the chat's state. After an agent's message, only a newer snapshot ends the doubt that
 * the message raised: HelpCrunch assigns an unassigned chat to the agent who answers. After a PUT that may have taken
 * effect, only a fetch ends the doubt.
 */
export function noteHeard(work: ChatDraft, takenAt: number, at: number): void {
  const { assigneeId, lastAgentMessageAt } = work.chat
  if (work.verifiedAt === 'doubted' && assigneeId === null) {
    if (work.open?.state === 'decided' || takenAt <= (lastAgentMessageAt ?? -Infinity)) return
  }
  work.verifiedAt = at
}
