import type { Chat, ChatSnapshot } from '../domain.ts'
import type { SortedEvent } from './records.ts'
import type { ChatDraft } from './draft.ts'

const SECOND_MS = 1000
const CLOSE_MS = 2000

/** An assignment that a newer snapshot, which reached us first, shows undone: a person took the agent off in between. */
export function wasRemovedSince(chat: Chat, event: Extract<SortedEvent, { kind: 'snapshot' }>): boolean {
  if (event.type !== 'chat.assigned' || event.snapshot.assigneeId === null || chat.assigneeId !== null) return false
  return chat.restingSince === null && (chat.lastCustomerMessageAt ?? 0) <= event.occurredAt
}

/**
 * A removal that a newer snapshot overtook, which shows no assignee either: a person took an agent off of whom we never heard,
 * and the customer has not written since. As the chat began, it would only say that it is unassigned yet.
 */
export function isLateRemoval(chat: Chat, event: Extract<SortedEvent, { kind: 'snapshot' }>): boolean {
  if (event.type !== 'chat.assigned' || event.snapshot.assigneeId !== null || chat.assigneeId !== null) return false
  const { lastCustomerMessageAt: askedAt, firstSeenAt, restingSince } = chat
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
  const canTakeOff = event.type === 'chat.assigned' || (event.type !== 'chat.new' && !isClose)
  const { status, assigneeId } = event.snapshot
  return {
    ...event.snapshot,
    status: isLate ? undefined : status,
    assigneeId: assigneeId === null && !canTakeOff ? undefined : assigneeId,
  }
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
