import type { Clock } from '../../src/domain.ts'
import type { Account, Envelope, StandInChat } from '../account.ts'

/** What the account's webhooks and its state tell of one agent. */
interface Seen {
  given: number
  minutesOnShift: number
  /** The loads of those minutes, added up. */
  loadMinutes: number
  /** How long the customers waited whom they answered first. */
  readonly answersMs: number[]
}

export interface Observer {
  note(envelope: Envelope, chat: StandInChat): void
  /** To be called every minute. */
  sample(account: Account): void
  ofAgent(agentId: number): Readonly<Seen>
  /** Of each chat, how long it took until somebody had it, and until somebody wrote. */
  readonly waitsMs: ReadonlyMap<number, number>
  readonly answersMs: ReadonlyMap<number, number>
}

/** Keeps count of what happens in the account. It takes nothing from the service. */
export function createObserver(clock: Clock, isOnShift: (agentId: number) => boolean): Observer {
  const agents = new Map<number, Seen>()
  const waitsMs = new Map<number, number>()
  const answersMs = new Map<number, number>()

  function ofAgent(agentId: number): Seen {
    const seen = agents.get(agentId) ?? { given: 0, minutesOnShift: 0, loadMinutes: 0, answersMs: [] }
    agents.set(agentId, seen)
    return seen
  }

  function noteFirst(times: Map<number, number>, chat: StandInChat): void {
    if (!times.has(chat.id)) times.set(chat.id, clock.now() - chat.createdAt)
  }

  return {
    waitsMs,
    answersMs,
    ofAgent,
    note({ event }, chat) {
      if (event === 'chat.assigned' && chat.assigneeId !== null) {
        noteFirst(waitsMs, chat)
        ofAgent(chat.assigneeId).given += 1
      }
      if (event === 'message.chat.agent' && !answersMs.has(chat.id)) {
        noteFirst(answersMs, chat)
        if (chat.assigneeId !== null) ofAgent(chat.assigneeId).answersMs.push(clock.now() - chat.createdAt)
      }
    },
    sample(account) {
      const loads = new Map<number | null, number>()
      for (const { status, snoozedUntil, assigneeId } of account.chats.values()) {
        if (status !== 'closed' && snoozedUntil === null) loads.set(assigneeId, (loads.get(assigneeId) ?? 0) + 1)
      }
      for (const { id } of account.agents.filter((agent) => isOnShift(agent.id))) {
        const seen = ofAgent(id)
        seen.minutesOnShift += 1
        seen.loadMinutes += loads.get(id) ?? 0
      }
    },
  }
}
