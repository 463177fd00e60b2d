import type { AgentId, Chat, ChatSnapshot } from '../domain.ts'
import { handOverAt, reviseAssignment } from './assignment.ts'
import { applyFacts, noteArrival } from './chat-facts.ts'
import { applyDepartment, applySnapshot, withoutAssignee } from './apply-snapshot.ts'
import {
  hasAnsweredUnassigned,
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

/** An event older than this was delivered late; clock differences between HelpCrunch and us are smaller. */
const OLD_NEWS_MS = 10 * 60_000

type Of<Kind extends SortedEvent['kind']> = Extract<SortedEvent, { kind: Kind }>

/** Applies an event, and opens or supersedes the assignment as the chat then needs. */
export function applyEvent(draft: Draft, event: SortedEvent): void {
  const work = chatOf(draft, event.chatId)
  if (event.kind !== 'agent message') applyFacts(draft, work, event.facts, event.occurredAt)
  if (apply(draft, work, event)) reviseAssignment(draft, work, event.id)
}

/** @returns whether the assignment may be revised; `false` where the chat has to be fetched first */
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
  // An event that was already old on arrival may be all we know of the chat: its own age counts, so that the chat is
  // fetched before it is assigned.
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
 * Whether a `chat.assigned` without an assignee means that a person took the agent off. If we knew of no assignee,
 * usually no agent was taken off; but our PUT may have assigned an agent while its answer was lost. An event of the
 * same second as our snapshot is older than that PUT.
 */
function isRemoval(work: ChatDraft, before: Chat, { type, occurredAt }: Of<'snapshot'>): boolean {
  // A bot releases a chat so that a person gets it.
  if (type !== 'chat.assigned' || work.chat.assigneeId !== null || before.isWithBot) return false
  // A customer message that is newer, though it arrived first, asks for an agent again.
  if ((before.lastCustomerMessageAt ?? 0) > occurredAt) return false
  if (before.assigneeId !== null || (before.snapshotAt === null && work.open === null)) return true
  if (hasAnsweredUnassigned(before, occurredAt)) return true
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
    // Not compared with the last snapshot: a snapshot of any kind may have overtaken the message.
    ...(occurredAt >= (chat.restingSince ?? 0) ? { restingSince: null } : {}),
  })
}

/** HelpCrunch no longer lists the assignee: the roster was read after the chat was last seen with this agent. */
function isGone({ state }: Draft, { isWithBot, snapshotAt }: Chat, agentId: AgentId): boolean {
  if (isWithBot || state.agents.get(agentId)?.isListed === true) return false
  const readAt = Math.max(0, ...Array.from(state.agents.values(), ({ seenAt }) => seenAt ?? 0))
  return readAt > (snapshotAt ?? Infinity)
}

function applyAgentMessage(draft: Draft, work: ChatDraft, event: Of<'agent message'>): boolean {
  const { occurredAt, agentId, isAutomatic = false } = event
  const { chat } = work
  // HelpCrunch assigns an unassigned chat to the agent who answers, and sends a webhook about it. But the writer may
  // have been a bot, so fetch the chat before assigning it.
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
  // The assignee keeps the chat after a late answer, and also after a colleague's answer: the customer no longer waits.
  change(work, withoutAssignee(work.chat))
  return true
}

/** Remembers the sender of an automatic or mass message, to whom the customer may reply. */
function noteSender(draft: Draft, customerId: Chat['customerId'], agentId: AgentId, at: number): void {
  if (draft.policy.prefersBroadcastSender) noteLastAgent(draft, customerId, agentId, at)
}

/** Requests a new roster for an unknown agent or department, which may be newer than the last roster. */
function noteUnknown(draft: Draft, { assignee, departmentId }: ChatSnapshot): void {
  const { agents, departments, listed } = draft.state
  if (listed.length === 0) return
  const isUnknownAgent = assignee != null && agents.get(assignee.id)?.isListed !== true && !isBot(draft, assignee)
  const isUnknownDepartment = departmentId != null && !departments.some(({ id }) => id === departmentId)
  if (isUnknownAgent || isUnknownDepartment) draft.needsRoster = true
}

/** The agent is at work: records the agent as the customer's last one and resets the count of missed chats. */
function noteActiveAgent(draft: Draft, { chat }: ChatDraft, event: SortedEvent, agentId: AgentId): void {
  const { occurredAt, facts } = event
  noteLastAgent(draft, chat.customerId ?? facts.customerId, agentId, occurredAt)
  const { lastActiveAt, missedInRow } = agentOf(draft, agentId).agent
  if (lastActiveAt !== null && lastActiveAt >= occurredAt) return
  if (missedInRow > 0) draft.hasFreed = true
  changeAgent(draft, agentId, { lastActiveAt: occurredAt, missedInRow: 0 })
}
