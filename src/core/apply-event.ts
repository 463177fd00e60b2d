import type { ChatPolicy } from '../decision.ts'
import type { AgentId, Chat, ChatSnapshot } from '../domain.ts'
import { applyFacts, noteArrival, type SortedEvent } from './chat-facts.ts'
import { change, DOUBTED, reviseAssignment, type ChatFile } from './chat-record.ts'
import { isLateNew, isLateRemoval, keepNewer, noteHeard, raiseDoubt, wasRemovedSince } from './chat-order.ts'
import { isOpen } from './chat-state.ts'

/** Older than HelpCrunch's clock and ours are apart. */
const OLD_NEWS_MS = 10 * 60_000

type Of<Kind extends SortedEvent['kind']> = Extract<SortedEvent, { kind: Kind }>

/** Applies an event, and opens or supersedes the assignment as the chat then needs. */
export function applyEvent(file: ChatFile, event: SortedEvent, now: number, policy: ChatPolicy): void {
  if (event.kind !== 'agent message') applyFacts(file, event.facts, policy)
  if (apply(file, event, now, policy)) reviseAssignment(file, event.id, now, policy)
}

/** @returns whether something may follow for the assignment: not where the chat has to be asked for first */
function apply(file: ChatFile, event: SortedEvent, now: number, policy: ChatPolicy): boolean {
  switch (event.kind) {
    case 'snapshot':
      return applySnapshotEvent(file, event, now)
    case 'customer message':
      applyCustomerMessage(file, event, now, policy)
      return true
    case 'agent message':
      return applyAgentMessage(file, event)
  }
}

function applySnapshotEvent(file: ChatFile, event: Of<'snapshot'>, now: number): boolean {
  const { chat } = file
  if (!applySnapshot(file, keepNewer(chat, event), event.occurredAt)) {
    if (isLateRemoval(chat, event)) change(file, { takenOffAt: event.occurredAt })
    else if (wasRemovedSince(chat, event)) change(file, { takenOffAt: chat.snapshotAt })
    else {
      raiseDoubt(file, event)
      return false
    }
    return true
  }
  // What was old when it came, and is all we know, is looked at before the chat is given to anybody.
  const heardAt = now - event.occurredAt > OLD_NEWS_MS ? event.occurredAt : now
  if (!isLateNew(chat, event)) noteHeard(file, event.occurredAt, heardAt)
  noteArrival(file, chat, event.type, now)
  if (isRemoval(file, chat, event)) change(file, { takenOffAt: event.occurredAt })
  return true
}

/**
 * `chat.assigned` without an assignee: a person took the agent off. Where there was none, nobody was taken off; but a PUT of
 * ours may have put somebody there without our having heard of it. (One of the same second as all we know is older than the PUT.)
 */
function isRemoval(file: ChatFile, before: Chat, { type, occurredAt }: Of<'snapshot'>): boolean {
  if (type !== 'chat.assigned' || file.chat.assigneeId !== null) return false
  // A message that overtook it asks for somebody again.
  if ((before.lastCustomerMessageAt ?? 0) > occurredAt) return false
  if (before.assigneeId !== null || (before.snapshotAt === null && file.open === null)) return true
  return file.open?.state === 'decided' && (file.open.failures > 0 || occurredAt > (before.snapshotAt ?? 0))
}

function applyCustomerMessage(file: ChatFile, { occurredAt }: Of<'customer message'>, now: number, policy: ChatPolicy) {
  const { chat } = file
  const isNews = occurredAt >= (chat.snapshotAt ?? 0)
  const isToAnswer = chat.isOurs && chat.answerDueAt === null && occurredAt > (chat.lastAgentMessageAt ?? 0)
  change(file, {
    lastCustomerMessageAt: Math.max(occurredAt, chat.lastCustomerMessageAt ?? 0),
    ...(isNews && !isOpen(chat) ? { status: 'opened' } : {}),
    ...(isToAnswer && chat.assigneeId !== null
      ? {
          answerDueAt: policy.answerDueAt(chat.assigneeId, now),
          handOverAt: policy.handOverAt(chat.assigneeId, now),
        }
      : {}),
    // Not "newer than the last snapshot": that may be of any kind, and have overtaken the message.
    ...(occurredAt >= (chat.takenOffAt ?? 0) ? { takenOffAt: null } : {}),
  })
}

function applyAgentMessage(file: ChatFile, { occurredAt, agentId }: Of<'agent message'>): boolean {
  const { chat } = file
  const isAnswer = occurredAt >= (chat.lastCustomerMessageAt ?? 0)
  change(file, {
    lastAgentMessageAt: Math.max(occurredAt, chat.lastAgentMessageAt ?? 0),
    ...(isAnswer ? { answerDueAt: null } : {}),
  })
  // HelpCrunch assigns whoever answers, and will say so; but it may have been a bot. Ask before anybody gets the chat.
  if (chat.assigneeId === null) {
    file.heardAt = DOUBTED
    return false
  }
  // Better late than never; and where a colleague has answered, nobody waits.
  if (agentId !== null) change(file, { missedBy: without(chat.missedBy, chat.assigneeId) })
  return true
}

/**
 * Takes over what a snapshot says, unless we hold a newer one.
 * @returns whether it was taken over
 */
export function applySnapshot(file: ChatFile, snapshot: ChatSnapshot, takenAt: number): boolean {
  const { chat, open } = file
  if (chat.snapshotAt !== null && takenAt < chat.snapshotAt) return false
  const status = snapshot.status ?? chat.status
  const assigneeId = snapshot.assigneeId === undefined ? chat.assigneeId : snapshot.assigneeId
  const wasWrittenToLater = (chat.lastCustomerMessageAt ?? 0) > takenAt
  change(file, {
    snapshotAt: takenAt,
    status: status === 'closed' && wasWrittenToLater ? 'opened' : status,
    departmentId: snapshot.departmentId === undefined ? chat.departmentId : snapshot.departmentId,
    assigneeId,
    snoozedUntil: snapshot.snoozedUntil === undefined ? chat.snoozedUntil : snapshot.snoozedUntil,
    takenOffAt: assigneeId === null ? chat.takenOffAt : null,
    ...lookedAt(chat, status, snapshot),
    ...(assigneeId === chat.assigneeId
      ? {}
      : { isOurs: assigneeId !== null && assigneeId === open?.agentId, answerDueAt: null, handOverAt: null }),
  })
  return true
}

/** Whoever closes a chat, snoozes it or puts it on hold has looked at it: no answer is due, and nobody loses it for that. */
function lookedAt(chat: Chat, status: string, { snoozedUntil }: ChatSnapshot): Partial<Chat> {
  if (status === 'closed') return { handOverAt: null, answerDueAt: null, missedBy: [] }
  const isOnHold = status === 'onhold' && chat.status !== 'onhold'
  if (!isOnHold && snoozedUntil == null) return {}
  return {
    answerDueAt: null,
    missedBy: chat.assigneeId === null ? chat.missedBy : without(chat.missedBy, chat.assigneeId),
  }
}

function without(agentIds: readonly AgentId[], agentId: AgentId): AgentId[] {
  return agentIds.filter((each) => each !== agentId)
}
