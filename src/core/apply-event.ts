import type { AgentId, Chat, ChatSnapshot } from '../domain.ts'
import { handOverAt, reviseAssignment } from './assignment.ts'
import { applyFacts, noteArrival } from './chat-facts.ts'
import { isLateNew, isLateRemoval, keepNewer, noteHeard, raiseDoubt, wasRemovedSince } from './chat-order.ts'
import { isOpen } from './chat-state.ts'
import type { SortedEvent } from './records.ts'
import { change, changeAgent, agentOf, chatOf, noteLastAgent, type ChatDraft, type Draft } from './draft.ts'

/** Older than HelpCrunch's clock and ours are apart. */
const OLD_NEWS_MS = 10 * 60_000

type Of<Kind extends SortedEvent['kind']> = Extract<SortedEvent, { kind: Kind }>

/** Applies an event, and opens or supersedes the assignment as the chat then needs. */
export function applyEvent(draft: Draft, event: SortedEvent): void {
  const work = chatOf(draft, event.chatId)
  if (event.kind !== 'agent message') applyFacts(work, event.facts, draft.policy)
  if (apply(draft, work, event)) reviseAssignment(draft, work, event.id)
  if (event.kind === 'agent message' && event.agentId !== null) noteActiveAgent(draft, work, event, event.agentId)
}

/** @returns whether something may follow for the assignment: not where the chat has to be asked for first */
function apply(draft: Draft, work: ChatDraft, event: SortedEvent): boolean {
  switch (event.kind) {
    case 'snapshot':
      return applySnapshotEvent(draft, work, event)
    case 'customer message':
      applyCustomerMessage(draft, work, event)
      return true
    case 'agent message':
      return applyAgentMessage(work, event)
  }
}

function applySnapshotEvent({ now }: Draft, work: ChatDraft, event: Of<'snapshot'>): boolean {
  const { chat } = work
  if (!applySnapshot(work, keepNewer(chat, event), event.occurredAt)) {
    if (isLateRemoval(chat, event)) change(work, { restingSince: event.occurredAt })
    else if (wasRemovedSince(chat, event)) change(work, { restingSince: chat.snapshotAt })
    else {
      raiseDoubt(work, event)
      return false
    }
    return true
  }
  // What was old when it came, and is all we know, is verified before the chat is assigned.
  const verifiedAt = now - event.occurredAt > OLD_NEWS_MS ? event.occurredAt : now
  if (!isLateNew(chat, event)) noteHeard(work, event.occurredAt, verifiedAt)
  noteArrival(work, chat, event.type, now)
  if (isRemoval(work, chat, event)) change(work, { restingSince: event.occurredAt })
  return true
}

/**
 * `chat.assigned` without an assignee: a person took the agent off. Where there was none, nobody was taken off; but a PUT of
 * ours may have put somebody there without our having heard of it. (One of the same second as all we know is older than the PUT.)
 */
function isRemoval(work: ChatDraft, before: Chat, { type, occurredAt }: Of<'snapshot'>): boolean {
  if (type !== 'chat.assigned' || work.chat.assigneeId !== null) return false
  // A message that overtook it asks for somebody again.
  if ((before.lastCustomerMessageAt ?? 0) > occurredAt) return false
  if (before.assigneeId !== null || (before.snapshotAt === null && work.open === null)) return true
  return work.open?.state === 'decided' && (work.open.failures > 0 || occurredAt > (before.snapshotAt ?? 0))
}

function applyCustomerMessage(draft: Draft, work: ChatDraft, { occurredAt }: Of<'customer message'>): void {
  const { chat } = work
  const isNews = occurredAt >= (chat.snapshotAt ?? 0)
  const isToAnswer = chat.assignedByUs && chat.answerDueAt === null && occurredAt > (chat.lastAgentMessageAt ?? 0)
  change(work, {
    lastCustomerMessageAt: Math.max(occurredAt, chat.lastCustomerMessageAt ?? 0),
    ...(isNews && !isOpen(chat) ? { status: 'opened' } : {}),
    ...(isToAnswer && chat.assigneeId !== null
      ? {
          answerDueAt: draft.policy.answerDueAt(chat.assigneeId, draft.now),
          handOverAt: handOverAt(draft, chat.assigneeId),
        }
      : {}),
    // Not "newer than the last snapshot": that may be of any kind, and have overtaken the message.
    ...(occurredAt >= (chat.restingSince ?? 0) ? { restingSince: null } : {}),
  })
}

function applyAgentMessage(work: ChatDraft, { occurredAt, agentId }: Of<'agent message'>): boolean {
  const { chat } = work
  const isAnswer = occurredAt >= (chat.lastCustomerMessageAt ?? 0)
  change(work, {
    lastAgentMessageAt: Math.max(occurredAt, chat.lastAgentMessageAt ?? 0),
    ...(isAnswer ? { answerDueAt: null } : {}),
  })
  // HelpCrunch assigns the agent who answers, and will say so; but it may have been a bot. Fetch the chat before assigning it.
  if (chat.assigneeId === null) {
    work.verifiedAt = 'doubted'
    return false
  }
  // Late is better than never; and where a colleague has answered, the customer does not wait.
  if (agentId !== null) change(work, { missedBy: without(chat.missedBy, chat.assigneeId) })
  return true
}

/**
 * Takes over what a snapshot says, unless we hold a newer one.
 * @returns whether it was taken over
 */
export function applySnapshot(work: ChatDraft, snapshot: ChatSnapshot, takenAt: number): boolean {
  const { chat, open } = work
  if (chat.snapshotAt !== null && takenAt < chat.snapshotAt) return false
  const status = snapshot.status ?? chat.status
  const assigneeId = snapshot.assigneeId === undefined ? chat.assigneeId : snapshot.assigneeId
  const wasWrittenToLater = (chat.lastCustomerMessageAt ?? 0) > takenAt
  change(work, {
    snapshotAt: takenAt,
    status: status === 'closed' && wasWrittenToLater ? 'opened' : status,
    departmentId: snapshot.departmentId === undefined ? chat.departmentId : snapshot.departmentId,
    assigneeId,
    snoozedUntil: snapshot.snoozedUntil === undefined ? chat.snoozedUntil : snapshot.snoozedUntil,
    restingSince: assigneeId === null ? chat.restingSince : null,
    ...lookedAt(chat, status, snapshot),
    ...(assigneeId === chat.assigneeId
      ? {}
      : { assignedByUs: assigneeId !== null && assigneeId === open?.agentId, answerDueAt: null, handOverAt: null }),
  })
  return true
}

/** An agent who closes a chat, snoozes it or puts it on hold has looked at it: no answer is due, and the agent does not lose it. */
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

/** The agent is at work: they had the customer's last chat, and what they missed counts no more. */
function noteActiveAgent(draft: Draft, { chat }: ChatDraft, event: SortedEvent, agentId: AgentId): void {
  const { occurredAt, facts } = event
  noteLastAgent(draft, chat.customerId ?? facts.customerId, agentId, occurredAt)
  const { lastActiveAt, missedInRow } = agentOf(draft, agentId).agent
  if (lastActiveAt !== null && lastActiveAt >= occurredAt) return
  if (missedInRow > 0) draft.hasFreed = true
  changeAgent(draft, agentId, { lastActiveAt: occurredAt, missedInRow: 0 })
}
