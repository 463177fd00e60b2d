import type { Clock } from '../src/domain.ts'
import type { Account, StandInAgent, StandInChat } from './account.ts'
import type { CustomerTraits } from './customer.ts'
import { nextCustomerTraits } from './regulars.ts'

const SHARE_BEGUN_BY_BOT = 0.1
const SHARE_DELETED = 0.03
const SHARE_TAKEN_BY_HAND = 0.08
const SHARE_WITHOUT_DEPARTMENT = 0.1
const SHARE_SNOOZED = 0.08
const SHARE_RETURNING = 0.15

export interface Traffic {
  /** No new customers; those who are there go on. */
  stop(): void
  /** Everything stands still. */
  close(): void
}

/**
 * Customers and agents, as they come and go: each chat is opened, answered once it has an agent, and closed; some begin
 * with the bot, are taken by hand, snoozed, deleted, or written to again after their end.
 */
export function startTraffic(parts: {
  account: Account
  chatsPerMinute: number
  /** How long a conversation lasts on average. */
  conversationMs: number
  clock: Clock
  random: () => number
  /** The agent who is a bot, and begins some chats; not there: none is. */
  bot?: StandInAgent
}): Traffic {
  const { account, clock, random, bot } = parts
  const people = account.agents.filter(({ id }) => id !== bot?.id)
  const timers = new Set<() => void>()
  let isStopped = false

  function after(delayMs: number, run: () => void): void {
    const cancel = clock.after(delayMs, () => {
      timers.delete(cancel)
      run()
    })
    timers.add(cancel)
  }

  function about(ms: number): number {
    return ms * (0.5 + random())
  }

  function nextCustomer(): void {
    if (isStopped) return
    const department = random() < SHARE_WITHOUT_DEPARTMENT ? null : pick(account.departments, random)
    const traits = nextCustomerTraits(random)
    if (bot !== undefined && random() < SHARE_BEGUN_BY_BOT) beginWithBot(bot, department?.id ?? null, traits)
    else beginWithTeam(department?.id ?? null, traits)
    after(about(60_000 / parts.chatsPerMinute), nextCustomer)
  }

  /** The bot answers first, and hands the chat over: it changes the department, and has the chat no more. */
  function beginWithBot({ id: botId }: StandInAgent, departmentId: number | null, traits: CustomerTraits): void {
    const chat = account.openChat(null, traits, { assigneeId: botId })
    account.customerWrites(chat)
    account.agentWrites(chat, botId)
    after(about(parts.conversationMs / 4), () => {
      account.transfer(chat, departmentId)
      awaitAgent(chat)
    })
  }

  function beginWithTeam(departmentId: number | null, traits: CustomerTraits): void {
    const chat = account.openChat(departmentId, traits)
    account.customerWrites(chat)
    const fate = random()
    if (fate < SHARE_DELETED) account.delete(chat)
    else if (fate < SHARE_DELETED + SHARE_TAKEN_BY_HAND) after(about(300), () => takeByHand(chat))
    awaitAgent(chat)
  }

  function takeByHand(chat: StandInChat): void {
    if (chat.assigneeId === null) account.agentWrites(chat, pick(people, random).id)
  }

  function awaitAgent(chat: StandInChat): void {
    if (chat.isDeleted) return
    const { assigneeId } = chat
    if (assigneeId === null) return after(200, () => awaitAgent(chat))
    after(about(parts.conversationMs / 4), () => account.agentWrites(chat, chat.assigneeId ?? assigneeId))
    after(about(parts.conversationMs / 2), () => account.customerWrites(chat))
    after(about(parts.conversationMs), () => end(chat))
  }

  function end(chat: StandInChat): void {
    if (random() < SHARE_SNOOZED) {
      account.snooze(chat, clock.now() + parts.conversationMs)
      return after(parts.conversationMs, () => {
        account.unsnooze(chat)
        account.close(chat)
      })
    }
    account.close(chat)
    if (random() < SHARE_RETURNING) {
      after(about(parts.conversationMs / 4), () => {
        account.customerWrites(chat)
        after(about(parts.conversationMs), () => account.close(chat))
      })
    }
  }

  nextCustomer()
  return {
    stop() {
      isStopped = true
    },
    close() {
      isStopped = true
      for (const cancel of timers) cancel()
    },
  }
}

function pick<T>(from: readonly T[], random: () => number): T {
  return from[Math.floor(random() * from.length)] as T
}
