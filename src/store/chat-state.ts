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
  }
}

export function isOpen(chat: Chat): boolean {
  return chat.status !== 'closed' && chat.status !== 'gone'
}

interface Held {
  readonly chat: Chat
  readonly open: { readonly agentId: AgentId | null } | null
}

/** Whose load the chat counts in: its assignee's, or that of the agent who is about to get it. */
export function holderOf({ chat, open }: Held, now: number): AgentId | null {
  if (!isOpen(chat) || isSnoozed(chat, now)) return null
  return chat.assigneeId ?? open?.agentId ?? null
}

/** Chats of one pool differ in nothing that a rule looks at: where nobody is eligible for one, nobody is for any. */
export function poolOf(chat: Chat): string {
  if (chat.snapshotAt === null) return 'unknown'
  return chat.departmentId === null ? 'no department' : `department ${chat.departmentId}`
}

export function needsAgent(chat: Chat, now: number): boolean {
  return isOpen(chat) && chat.assigneeId === null && chat.takenOffAt === null && !isSnoozed(chat, now)
}

function isSnoozed(chat: Chat, now: number): boolean {
  return chat.snoozedUntil !== null && chat.snoozedUntil > now
}
