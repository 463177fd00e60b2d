import type { AgentId, Chat, ChatSnapshot } from '../domain.ts'
import { handOverAt, reviseAssignment } from './assignment.ts'
import { applyFacts, noteArrival } from './chat-facts.ts'
import { applyDepartment, applySnapshot, withoutAssignee } from './apply-snapshot.ts'
import {
  isLateNew,
  isLateRemoval,
  isOfSameSecond,
  isTakenOff,
  isTransferOf,
  keepNewer,
  noteHeard,
  raiseDoubt,
  wasRemovedSince,
} from './chat-order.ts'
import { isOpen } from './chat-state.ts'
import type { SortedEvent } from './records.ts'
import { change, changeAgent, agentOf, chatOf, isBot, noteLastAgent, type ChatDraft, type Draft } from './draft.ts'

/** Older than HelpCrunch's clock and ours are apart. */
const OLD_NEWS_MS = 10 * 60_000

type Of<Kind extends SortedEvent['kind']> = Extract<SortedEvent, { kind: Kind }>

/** Applies an event, and opens or supersedes the assignment as the chat then needs. */
export function applyEvent(draft: Draft, event: SortedEvent): void {
  const work = chatOf(draft, event.chatId)
  if (event.kind !== 'agent message') applyFacts(draft, work, event.facts, event.occurredAt)
  if (apply(draft, work, event)) reviseAssignment(draft, work, event.id)
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
      return applyAgentMessage(draft, work, event)
  }
}

function applySnapshotEvent(draft: Draft, work: ChatDraft, event: Of<'snapshot'>): boolean {
  const { now } = draft
  const { chat } = work
  const { departmentId } = event.snapshot
  noteUnknown(draft, event.snapshot)
  if (!applySnapshot(draft, work, keepNewer(chat, event), event.occurredAt, event.type === 'chat.new')) {
    if (departmentId != null && isOfSameSecond(chat, event))
      applyDepartment(draft, work, departmentId, chat.snapshotAt ?? event.occurredAt)
    else if (isLateRemoval(chat, event)) change(work, { restingSince: event.occurredAt })
    else if (wasRemovedSince(chat, event)) change(work, { restingSince: chat.snapshotAt })
    else {
      raiseDoubt(work, event)
      return false
    }
    return true
  }
  // What was old when it came, and is all we know, is verified before the chat is assigned.
  const verifiedAt = now - event.occurredAt > OLD_NEWS_MS ? event.occurredAt : now
  const tellsAssignee = event.snapshot.assigneeId !== undefined
  if (!isLateNew(chat, event) && tellsAssignee) noteHeard(work, event.occurredAt, verifiedAt)
  noteArrival(work, chat, event.type, now)
  if (isTransferOf(chat, event) && work.chat.assigneeId === null) change(work, { restingSince: null })
  else if (isRemoval(work, chat, event)) change(work, { restingSince: event.occurredAt })
  else if (event.type !== 'chat.assigned' && isTakenOff(chat, work.chat))
    change(work, { restingSince: chat.snapshotAt })
  return true
}

/**
 * `chat.assigned` without an assignee: a person took the agent off. Where there was none, no agent was taken off; but a PUT of
 * ours may have put an agent there whose answer was lost. (One of the same second as all we know is older than the PUT.)
 */
function isRemoval(work: ChatDraft, before: Chat, { type, occurredAt }: Of<'snapshot'>): boolean {
  // A bot lets a chat go when a person is to have it.
  if (type !== 'chat.assigned' || work.chat.assigneeId !== null || before.isWithBot) return false
  // A message that overtook it asks for an agent again.
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
    awaitsCustomer: false,
    ...(chat.assigneeId !== null && isGone(draft, chat, chat.assigneeId)
      ? { misplaced: [...new Set([...chat.misplaced, chat.assigneeId])] }
      : {}),
    // Not "newer than the last snapshot": that may be of any kind, and have overtaken the message.
    ...(occurredAt >= (chat.restingSince ?? 0) ? { restingSince: null } : {}),
  })
}

/** HelpCrunch lists its assignee no more: the roster was read after the chat was seen with them. */
function isGone({ state }: Draft, { isWithBot, snapshotAt }: Chat, agentId: AgentId): boolean {
  if (isWithBot || state.agents.get(agentId)?.isListed === true) return false
  const readAt = Math.max(0, ...Array.from(state.agents.values(), ({ seenAt }) => seenAt ?? 0))
  return readAt > (snapshotAt ?? Infinity)
}

function applyAgentMessage(draft: Draft, work: ChatDraft, event: Of<'agent message'>): boolean {
  const { occurredAt, agentId, isAutomatic = false } = event
  const { chat } = work
  // HelpCrunch assigns the agent who answers, and will say so; but it may have been a bot. Fetch the chat before assigning it.
  const mayBeTaken = chat.assigneeId === null && !(isAutomatic && agentId !== null)
  if (mayBeTaken) work.verifiedAt = 'doubted'
  if (agentId === null || isAutomatic || isBot(draft, { id: agentId, name: event.agent?.name ?? null })) {
    if (agentId !== null && isAutomatic)
      noteSender(draft, chat.customerId ?? event.facts.customerId, agentId, occurredAt)
    return false
  }
  const isAnswer = occurredAt >= (chat.lastCustomerMessageAt ?? 0)
  change(work, {
    lastAgentMessageAt: Math.max(occurredAt, chat.lastAgentMessageAt ?? 0),
    ...(isAnswer ? { answerDueAt: null } : {}),
  })
  noteActiveAgent(draft, work, event, agentId)
  if (mayBeTaken) return false
  // Late is better than never; and where a colleague has answered, the customer does not wait.
  change(work, withoutAssignee(work.chat))
  return true
}

/** Who sent the automatic or mass message that a customer may reply to. */
function noteSender(draft: Draft, customerId: Chat['customerId'], agentId: AgentId, at: number): void {
  if (draft.policy.prefersBroadcastSender) noteLastAgent(draft, customerId, agentId, at)
}

/** An agent or a department that the roster does not have: it may be from after the last reading. */
function noteUnknown(draft: Draft, { assignee, departmentId }: ChatSnapshot): void {
  const { agents, departments, listed } = draft.state
  if (listed.length === 0) return
  const isUnknownAgent = assignee != null && agents.get(assignee.id)?.isListed !== true && !isBot(draft, assignee)
  const isUnknownDepartment = departmentId != null && !departments.some(({ id }) => id === departmentId)
  if (isUnknownAgent || isUnknownDepartment) draft.needsRoster = true
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
