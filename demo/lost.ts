import type { Account, StandInChat } from './account.ts'
import type { Sender } from './sender.ts'

/** Chats that the service acknowledged, that still need an agent, and that have none. */
export function findUnassigned(account: Account, sender: Sender): StandInChat[] {
  return [...account.chats.values()].filter(
    (chat) =>
      sender.acknowledgedAt.has(chat.id) && !chat.isDeleted && chat.status !== 'closed' && chat.assigneeId === null,
  )
}
