import type { AgentId, Chat, SaidOfChat } from '../domain.ts'
import type { ChatRecord, Holders } from './records.ts'

/** A chat of which nothing is on record. */
export function newRecord(id: Chat['id']): ChatRecord {
  return { chat: newChat(id), open: null, verifiedAt: 'doubted', holders: NO_HOLDERS, heldLoad: 0 }
}

/** A chat that is heard of for the first time. */
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

export function isOpen(chat: Chat): boolean {
  return chat.status !== 'closed' && chat.status !== 'gone'
}

/** Of a chat that counts in no agent's load. */
const NO_HOLDERS: Holders = { heldBy: null, reservedFor: null }

/** Whose load a chat counts in at that time: it is open, and not snoozed. */
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

/** Chats of one pool differ in nothing that a rule looks at: where no agent is eligible for one, none is for any. */
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

/** Open, its customer has written, and either unassigned (not by a person), or to be taken from the agent who has it. */
export function needsAgent(chat: Chat, now: number): boolean {
  if (!isOpen(chat) || isSnoozed(chat, now) || chat.awaitsCustomer) return false
  return chat.assigneeId === null ? chat.restingSince === null : isMissed(chat) || isMisplaced(chat)
}

/** What its assignee had it for has changed: another agent is to have it, and this one may have it again. */
export function isMisplaced({ assigneeId, misplaced }: Chat): boolean {
  return assigneeId !== null && misplaced.includes(assigneeId)
}

/** Assigned by us to an agent who did not answer in time. */
export function isMissed({ assigneeId, assignedByUs, missedBy }: Chat): boolean {
  return assignedByUs && assigneeId !== null && missedBy.includes(assigneeId)
}

/** Its snooze has not ended by then. */
export function isSnoozed(chat: Chat, now: number): boolean {
  return chat.snoozedUntil !== null && chat.snoozedUntil > now
}
