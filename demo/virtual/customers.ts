import type { Clock } from '../../src/domain.ts'
import type { Account, StandInChat } from '../account.ts'
import { seededRandom } from '../random.ts'
import { drawArrival } from './arrivals.ts'
import { createConversation, type Conversation } from './conversation.ts'
import { BILLING, SALES, SUPPORT } from './people.ts'

const SHARE_SALES = 0.33
const SHARE_SUPPORT = 0.47
const SHARE_BILLING = 0.15
const SHARE_FRENCH = 0.06
const SEEDS = 2 ** 32

export interface Customers {
  /** HelpCrunch told that the chat has this agent. */
  assigned(chat: StandInChat, agentId: number): void
}

/**
 * Customers come by hour of day and weekday, and each chat takes its course. Who comes when and why depends on the seed
 * alone, and not on what becomes of those before.
 */
export function startCustomers(parts: {
  account: Account
  clock: Clock
  seed: number
  chatsPerDay: number
  /** For so long new ones come. */
  forMs: number
  untilAtWorkMs: (agentId: number, delayMs: number) => number
}): Customers {
  const { account, clock } = parts
  const startedAt = clock.monotonic()
  const random = seededRandom(parts.seed)
  const conversations = new Map<number, Conversation>()

  function expectNext(from: number): void {
    const at = drawArrival(from, parts.chatsPerDay, random)
    if (at >= parts.forMs) return
    clock.after(startedAt + at - clock.monotonic(), () => {
      arrive()
      expectNext(at)
    })
  }

  function arrive(): void {
    const ofChat = seededRandom(Math.floor(random() * SEEDS))
    const departmentId = drawDepartment(ofChat())
    const chat = account.openChat(departmentId, ofChat() < SHARE_FRENCH ? 'fr' : 'en')
    const { untilAtWorkMs } = parts
    conversations.set(chat.id, createConversation({ account, chat, clock, random: ofChat, untilAtWorkMs }))
    account.customerWrites(chat)
  }

  expectNext(0)
  return {
    assigned: (chat, agentId) => conversations.get(chat.id)?.assigned(agentId),
  }
}

/** A few choose none. */
function drawDepartment(drawn: number): number | null {
  if (drawn < SHARE_SALES) return SALES
  if (drawn < SHARE_SALES + SHARE_SUPPORT) return SUPPORT
  return drawn < SHARE_SALES + SHARE_SUPPORT + SHARE_BILLING ? BILLING : null
}
