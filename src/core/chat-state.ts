import type { AgentId, Chat, SaidOfChat } from '../domain.ts'
import type { ChatRecord, Holders } from './records.ts'

/** The record of a chat that is not stored yet. */
export function newRecord(id: Chat['id']): ChatRecord {
  return { chat: newChat(id), open: null, verifiedAt: 'doubted', holders: NO_HOLDERS, heldLoad: 0 }
}

/** A chat before its first event. */
export function newChat(id: Chat['id']): Chat {
  return {
    id,
    status: 'new',
    departmentId: null,
    assigneeId: null,
    snoozedUntil: null,
    restingSince: null,
    snapshotAt: null,
    lastCustomerMessageAt: null,
    lastAgentMessageAt: null,
    firstSeenAt: null,
    customerId: null,
    channel: null,
    said: NOTHING_SAID,
    labels: [],
    missedBy: [],
    assignedByUs: false,
    answerDueAt: null,
    handOverAt: null,
    givenAt: null,
    awaitsCustomer: false,
    isWithBot: false,
    misplaced: [],
    movedAt: null,
    asked: null,
  }
}

export const NOTHING_SAID: SaidOfChat = {
  channel: null,
  applicationId: null,
  isBroadcastReply: false,
  labels: [],
  byCustomer: [],
}

/** Whether the chat is neither closed nor gone from HelpCrunch. A snoozed chat is open. */
export function isOpen(chat: Chat): boolean {
  return chat.status !== 'closed' && chat.status !== 'gone'
}

/** The holders of a chat that counts in no agent's load. */
const NO_HOLDERS: Holders = { heldBy: null, reservedFor: null }

/** The agents whose load includes the chat at that time. Only an open chat that is not snoozed counts. */
export function holdersOf(
  { chat, open }: { readonly chat: Chat; readonly open: { readonly agentId: AgentId | null } | null },
  now: number,
): Holders {
  if (!isOpen(chat) || isSnoozed(chat, now)) return NO_HOLDERS
  const reservedFor = open?.agentId ?? null
  return {
    heldBy: chat.isWithBot ? null : chat.assigneeId,
    reservedFor: reservedFor === chat.assigneeId ? null : reservedFor,
  }
}

/** When the chat last changed, or its customer or an agent wrote. */
export function activeAt(chat: Chat): number {
  const { lastCustomerMessageAt, lastAgentMessageAt, firstSeenAt, snapshotAt } = chat
  return Math.max(lastCustomerMessageAt ?? 0, lastAgentMessageAt ?? 0, firstSeenAt ?? 0, snapshotAt ?? 0)
}

/**
 * Chats of one pool are equal in everything that a rule looks at: if no agent is eligible for one chat, none is for the
 * others.
 */
export function poolOf({ snapshotAt, departmentId, labels, channel, missedBy, asked }: Chat): string {
  if (snapshotAt === null) return 'unknown'
  return [
    departmentId === null ? 'no department' : `department ${departmentId}`,
    ...(channel === null || channel === 'chat' ? [] : [`by ${channel}`]),
    ...(labels.length > 0 ? [`with ${labels.join(', ')}`] : []),
    ...(missedBy.length > 0 ? [`missed by ${missedBy.join(', ')}`] : []),
    ...(asked === null ? [] : ['to' in asked ? `for agent ${asked.to}` : `not for agent ${asked.awayFrom}`]),
  ].join('; ')
}

/**
 * Whether the chat needs an agent: it is open, its customer has written, and it is either unassigned (not by a person)
 * or to be taken from its assignee.
 */
export function needsAgent(chat: Chat, now: number): boolean {
  if (!isOpen(chat) || isSnoozed(chat, now) || chat.awaitsCustomer) return false
  return chat.assigneeId === null ? chat.restingSince === null : isMissed(chat) || isMisplaced(chat)
}

/**
 * The chat is to go to another agent because its circumstances changed. The assignee did not miss it and may get it
 * again.
 */
export function isMisplaced({ assigneeId, misplaced }: Chat): boolean {
  return assigneeId !== null && misplaced.includes(assigneeId)
}

/** Assigned by us to an agent who did not answer in time. */
export function isMissed({ assigneeId, assignedByUs, missedBy }: Chat): boolean {
  return assignedByUs && assigneeId !== null && missedBy.includes(assigneeId)
}

/** Whether the chat is still snoozed at that time. */
export function isSnoozed(chat: Chat, now: number): boolean {
  return chat.snoozedUntil !== null && chat.snoozedUntil > now
}
