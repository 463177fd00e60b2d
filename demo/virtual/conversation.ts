import type { Clock } from '../../src/domain.ts'
import type { Account, StandInChat } from '../account.ts'

const SECOND_MS = 1000
const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const SHARE_OVERLOOKED = 0.03
const SHARE_SNOOZED = 0.08
const SHARE_RETURNING = 0.1
/** A customer writes so often. */
const EXCHANGE_EVERY_MS = 10 * MINUTE_MS

export interface Conversation {
  /** The chat has this agent from now on. */
  assigned(agentId: number): void
}

/**
 * What becomes of one chat: its agent answers as soon as they are at work, both write for some minutes up to an hour, and
 * the agent closes it. Some are overlooked by their first agent, some are snoozed for hours, some customers come back.
 * @param random this chat's own, so that its fate is the same under every policy
 */
export function createConversation(parts: {
  account: Account
  chat: StandInChat
  clock: Clock
  random: () => number
  /** How long until the agent is at work, if it is not before `delayMs`. */
  untilAtWorkMs: (agentId: number, delayMs: number) => number
}): Conversation {
  const { account, chat, clock, random } = parts
  const between = (least: number, most: number) => least + (most - least) * random()
  const squeezed = random() ** 2
  const lengthMs = 5 * MINUTE_MS + 55 * MINUTE_MS * squeezed
  let isOverlooked = random() < SHARE_OVERLOOKED
  let isToBeSnoozed = random() < SHARE_SNOOZED
  let isToReturn = random() < SHARE_RETURNING
  /** What the agent's answer leads to, whoever it will be. */
  let next = begin

  function answerSoon(agentId: number): void {
    const delayMs = isOverlooked ? between(20 * MINUTE_MS, HOUR_MS) : between(15 * SECOND_MS, 2 * MINUTE_MS)
    isOverlooked = false
    clock.after(parts.untilAtWorkMs(agentId, delayMs), () => {
      // It may have gone to somebody else meanwhile.
      if (chat.assigneeId !== agentId || chat.status === 'closed') return
      account.agentWrites(chat, agentId)
      const now = next
      next = () => undefined
      now()
    })
  }

  function begin(): void {
    for (let at = EXCHANGE_EVERY_MS; at < lengthMs - EXCHANGE_EVERY_MS; at += EXCHANGE_EVERY_MS) {
      clock.after(at, () => account.customerWrites(chat))
      clock.after(at + between(SECOND_MS, 2 * MINUTE_MS), () => account.agentWrites(chat, chat.assigneeId ?? 0))
    }
    clock.after(lengthMs, end)
  }

  function end(): void {
    if (!isToBeSnoozed) return close()
    isToBeSnoozed = false
    const snoozeMs = between(HOUR_MS, 20 * HOUR_MS)
    account.snooze(chat, clock.now() + snoozeMs)
    clock.after(snoozeMs, () => {
      account.unsnooze(chat)
      goOn()
    })
  }

  function closeSoon(): void {
    clock.after(between(2 * MINUTE_MS, 10 * MINUTE_MS), close)
  }

  function close(): void {
    account.close(chat)
    if (!isToReturn) return
    isToReturn = false
    clock.after(between(10 * MINUTE_MS, 24 * HOUR_MS), () => {
      account.customerWrites(chat)
      goOn()
    })
  }

  /** It is still with whoever had it. */
  function goOn(): void {
    next = closeSoon
    answerSoon(chat.assigneeId ?? 0)
  }

  return { assigned: answerSoon }
}
