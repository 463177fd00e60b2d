import type { AgentId, ChatSnapshot, Clock, Department, DepartmentId, Outcome } from '../../src/domain.ts'
import { readSnapshot } from '../../src/helpcrunch/chat.ts'
import { readFoundChat, readOrganization } from '../../src/helpcrunch/answers.ts'
import type { HelpCrunch, Page } from '../../src/helpcrunch/contract.ts'
import { readCustomer } from '../../src/helpcrunch/customer.ts'
import type { Account, StandInChat } from '../account.ts'
import { describeCustomer } from '../customer.ts'
import type { Limiter } from '../limiter.ts'

/** There and back, at least and at most. */
const LEAST_LATENCY_MS = 80
const MOST_LATENCY_MS = 400

export interface InProcessClient extends HelpCrunch {
  readonly requests: { used: number; refused: number }
}

/** HelpCrunch's calls, answered by the account itself: no network, but its limit, and the time that the way takes. */
export function createInProcessClient(parts: {
  account: Account
  limiter: Limiter
  clock: Clock
  random: () => number
}): InProcessClient {
  const { account, limiter, clock, random } = parts
  const requests = { used: 0, refused: 0 }

  async function call<T>(answer: () => T | null): Promise<Outcome<T>> {
    const wayMs = (LEAST_LATENCY_MS + (MOST_LATENCY_MS - LEAST_LATENCY_MS) * random()) / 2
    await delay(wayMs)
    requests.used += 1
    const outcome = limiter.take() === 0 ? toOutcome(answer()) : refuse()
    await delay(wayMs)
    return outcome
  }

  function delay(ms: number): Promise<void> {
    return new Promise((resolve) => void clock.after(ms, resolve))
  }

  function refuse(): Outcome<never> {
    requests.refused += 1
    return { kind: 'limited', retryAfterMs: null }
  }

  /** By HelpCrunch's clock, to the second. */
  function toOutcome<T>(body: T | null): Outcome<T> {
    if (body === null) return { kind: 'gone', codes: ['chat_not_found'] }
    return { kind: 'ok', body, answeredAt: Math.floor(clock.now() / 1000) * 1000 }
  }

  function read(chat: StandInChat | undefined): ChatSnapshot | null {
    return chat === undefined ? null : readSnapshot(account.describeChat(chat))
  }

  return {
    requests,
    assign: (chatId, agentId) =>
      call(() => {
        const chat = account.chats.get(chatId)
        if (chat !== undefined) account.assign(chat, agentId)
        return read(chat)
      }),
    addNote: () => call(() => ({})),
    getCustomer: (customerId) =>
      call(() => {
        const customer = account.customers.get(customerId)
        return customer === undefined ? null : readCustomer(describeCustomer(customer))
      }),
    getOrganization: () => call(() => readOrganization(account.describeOrganization())),
    getChat: (chatId) => call(() => read(account.chats.get(chatId))),
    searchChats: (updatedSince, offset, limit) =>
      call(() => {
        const found = [...account.chats.values()]
          .filter(({ updatedAt }) => updatedAt >= updatedSince)
          .toSorted((a, b) => a.updatedAt - b.updatedAt)
        return pageOf(
          found.slice(offset, offset + limit).flatMap((chat) => readFoundChat(account.describeChat(chat)) ?? []),
        )
      }),
    listAgents: (offset, limit) =>
      call(() =>
        pageOf(account.agents.slice(offset, offset + limit).map(({ id, name }) => ({ id: id as AgentId, name }))),
      ),
    listDepartments: (offset, limit) =>
      call(() => pageOf(account.departments.slice(offset, offset + limit).map(toDepartment))),
  }
}

function pageOf<T>(entries: readonly T[]): Page<T> {
  return { entries, size: entries.length }
}

function toDepartment({ id, name, agentIds }: Account['departments'][number]): Department {
  return { id: id as DepartmentId, name, agentIds: agentIds.map((agentId) => agentId as AgentId) }
}
