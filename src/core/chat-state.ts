import type { AgentId, Chat } from '../domain.ts'

/** A chat that is heard of for the first time. */
export function newChat(id: Chat['id']): Chat {
  return {
    id,
    status: 'new',
    departmentId: null,
    assigneeId: null,
    snoozedUntil: null,
    takenOffAt: null,
    snapshotAt: null,
    lastCustomerMessageAt: null,
    lastAgentMessageAt: null,
    firstSeenAt: null,
    customerId: null,
    channel: 'chat',
    labels: [],
    missedBy: [],
    isOurs: false,
    answerDueAt: null,
    handOverAt: null,
  }
}

export function isOpen(chat: Chat): boolean {
  return chat.status !== 'closed' && chat.status !== 'gone'
}

/** Whose load a chat counts in. */
export interface Holders {
  readonly heldBy: AgentId | null
  /** Who is about to get it. Until they have it, it counts for both: whoever has it now must not be filled up too early. */
  readonly reservedFor: AgentId | null
}

/** Of a chat that counts in nobody's load. */
export const NO_HOLDERS: Holders = { heldBy: null, reservedFor: null }

/** Whose load a chat counts in at that time: it is open, and not snoozed. */
export function holdersOf(
  { chat, open }: { readonly chat: Chat; readonly open: { readonly agentId: AgentId | null } | null },
  now: number,
): Holders {
  if (!isOpen(chat) || isSnoozed(chat, now)) return NO_HOLDERS
  const reservedFor = open?.agentId ?? null
  return { heldBy: chat.assigneeId, reservedFor: reservedFor === chat.assigneeId ? null : reservedFor }
}

/** When anybody last did anything in the chat. */
export function activeAt(chat: Chat): number {
  const { lastCustomerMessageAt, lastAgentMessageAt, firstSeenAt, snapshotAt } = chat
  return Math.max(lastCustomerMessageAt ?? 0, lastAgentMessageAt ?? 0, firstSeenAt ?? 0, snapshotAt ?? 0)
}

/** Chats of one pool differ in nothing that a rule looks at: where nobody is eligible for one, nobody is for any. */
export function poolOf({ snapshotAt, departmentId, labels, channel, missedBy }: Chat): string {
  if (snapshotAt === null) return 'unknown'
  return [
    departmentId === null ? 'no department' : `department ${departmentId}`,
    ...(channel === 'email' ? ['by email'] : []),
    ...(labels.length > 0 ? [`with ${labels.join(', ')}`] : []),
    ...(missedBy.length > 0 ? [`missed by ${missedBy.join(', ')}`] : []),
  ].join('; ')
}

/** It is open, and nobody has it, or whoever has it from us let it pass. What a person took off stays off. */
export function needsAgent(chat: Chat, now: number): boolean {
  if (!isOpen(chat) || isSnoozed(chat, now)) return false
  return chat.assigneeId === null ? chat.takenOffAt === null : isMissed(chat)
}

/** Whoever has the chat from us let it pass unanswered. */
export function isMissed({ assigneeId, isOurs, missedBy }: Chat): boolean {
  return isOurs && assigneeId !== null && missedBy.includes(assigneeId)
}

function isSnoozed(chat: Chat, now: number): boolean {
  return chat.snoozedUntil !== null && chat.snoozedUntil > now
}
