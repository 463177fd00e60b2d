import { newChat, NOTHING_SAID } from '../../core/chat-state.ts'
import type { Channel, Chat, ChatId, SaidOfChat } from '../../domain.ts'

const KEYS = ['channel', 'givenAt', 'awaitsCustomer', 'isWithBot', 'movedAt', 'asked'] as const satisfies (keyof Chat)[]

type FactsOfChat = Pick<Chat, (typeof KEYS)[number] | 'said' | 'misplaced'>

/** The column `facts` of a chat: only the fields that differ from a new chat. */
export function writeChatFacts(chat: FactsOfChat): string {
  const facts: Record<string, unknown> = {}
  for (const key of KEYS) if (chat[key] !== UNTOLD[key]) facts[key] = chat[key]
  if (chat.misplaced.length > 0) facts.misplaced = chat.misplaced
  const said = Object.entries(chat.said).filter(([key, value]) => !isUnsaid(key as keyof SaidOfChat, value))
  if (said.length > 0) facts.said = Object.fromEntries(said)
  return JSON.stringify(facts)
}

/**
 * Reads the column `facts`. In a row of an older version (`null`), the channel `chat` may be a guess; only `email` is
 * certain.
 */
export function readChatFacts(column: string | null, row: { channel: Channel; labels: string }): FactsOfChat {
  if (column === null) {
    const channel = row.channel === 'email' ? row.channel : null
    return { ...UNTOLD, channel, said: { ...NOTHING_SAID, channel, labels: JSON.parse(row.labels) as string[] } }
  }
  const facts = JSON.parse(column) as Partial<FactsOfChat>
  return { ...UNTOLD, ...facts, said: { ...NOTHING_SAID, ...facts.said } }
}

const { channel, givenAt, awaitsCustomer, isWithBot, movedAt, asked, misplaced, said } = newChat(0 as ChatId)
const UNTOLD: FactsOfChat = { channel, givenAt, awaitsCustomer, isWithBot, movedAt, asked, misplaced, said }

function isUnsaid(key: keyof SaidOfChat, value: unknown): boolean {
  return Array.isArray(value) ? value.length === 0 : value === NOTHING_SAID[key]
}
