import type { AgentId, ChatId, ChatSnapshot, Clock, Outcome } from '../../src/domain.ts'
import type { HelpCrunch, Page } from '../../src/helpcrunch/contract.ts'
import { createLimiter } from '../../demo/limiter.ts'
import { agentId, departmentId } from '../support/events.ts'
import { MEMBERS, type createTeam, type RealChat } from '../store/simulation/team.ts'
import type { Chance } from './chance.ts'
import type { SimulatedProcess } from './process.ts'

export const LIMIT_PER_MINUTE = 120
const LONGEST_WAY_MS = 400
const TIMEOUT_MS = 10_000
const SHARE_LOST = 0.02
const SHARE_FAILING = 0.02

const AGENTS = [1, 2, 3].map((id) => ({ id: agentId(id), name: `Agent ${id}` }))
const DEPARTMENTS = Object.entries(MEMBERS).map(([id, agentIds]) => ({
  id: departmentId(Number(id)),
  name: `Department ${id}`,
  agentIds,
}))

/**
 * HelpCrunch's API over a network that loses requests and answers, with the account's limit. People act in even seconds, and what
 * the API is asked for is done in odd ones: HelpCrunch's times are whole seconds, which would not tell apart what came first.
 */
export function createSimulatedHelpCrunch(parts: {
  team: ReturnType<typeof createTeam>
  world: Clock
  chance: Chance
  /** A PUT leaves its instance. */
  onSent: (chat: RealChat, agentId: AgentId, process: SimulatedProcess) => void
}) {
  const { team, world, chance } = parts
  const limiter = createLimiter('sliding', LIMIT_PER_MINUTE, world)
  let isDown = false
  let isCalm = false
  const delay = (ms: number) => new Promise<void>((resolve) => void world.after(ms, resolve))
  const second = () => Math.floor(world.now() / 1000)

  /** The request reaches HelpCrunch whatever becomes of its sender, who may not live to hear the answer. */
  async function call<T>(from: SimulatedProcess, isWrite: boolean, answer: () => T | null): Promise<Outcome<T>> {
    await delay(chance.between(1, LONGEST_WAY_MS))
    if (isWrite && second() % 2 === 0) await delay(1000 - (world.now() % 1000))
    const outcome = respond(answer)
    if (outcome === null) {
      await from.delay(TIMEOUT_MS)
      return { kind: 'failed', reason: `no answer in ${TIMEOUT_MS} ms` }
    }
    await from.delay(chance.between(1, LONGEST_WAY_MS))
    return outcome
  }

  /** @returns `null` where no answer comes, whether or not the request was carried out */
  function respond<T>(answer: () => T | null): Outcome<T> | null {
    if (!isCalm && chance.happens(SHARE_LOST)) return null
    if (isDown || (!isCalm && chance.happens(SHARE_FAILING))) return { kind: 'failed', reason: 'HTTP 503' }
    if (limiter.take() > 0) return { kind: 'limited', retryAfterMs: null }
    const body = answer()
    if (body === null) return { kind: 'gone', codes: ['chat_not_found'] }
    return !isCalm && chance.happens(SHARE_LOST) ? null : { kind: 'ok', body, answeredAt: second() * 1000 }
  }

  function find(id: ChatId): RealChat | undefined {
    return team.chats[id - 1]
  }

  function page<T>(all: readonly T[], offset: number, limit: number): Page<T> {
    const entries = all.slice(offset, offset + limit)
    return { entries, size: entries.length }
  }

  return {
    setDown: (down: boolean) => (isDown = down),
    /** Another program uses up what is left of the limit. */
    exhaust(): void {
      while (limiter.take() === 0);
    },
    /** From now on nothing goes wrong. */
    calm() {
      isDown = false
      isCalm = true
    },
    clientFor: (from: SimulatedProcess): HelpCrunch => ({
      async assign(chatId, to, checkLease): Promise<Outcome<ChatSnapshot>> {
        await from.ready()
        checkLease()
        const chat = find(chatId)
        if (chat === undefined) throw new Error(`there is no chat ${chatId}`)
        parts.onSent(chat, to, from)
        return call(from, true, () => {
          team.note(chat, `carried out: agent ${to}`)
          team.assign(chat, to)
          return team.snapshotOf(chat)
        })
      },
      getChat: (chatId) =>
        call(from, false, () => {
          const chat = find(chatId)
          return chat === undefined ? null : team.snapshotOf(chat)
        }),
      getCustomer: async () => ({ kind: 'gone', codes: [] }),
      getOrganization: () => call(from, false, () => ({ domain: 'demo', teamOnline: true, chatEnabled: true })),
      addNote: () => call(from, true, () => ({})),
      searchChats: (_since, offset, limit) => call(from, false, () => page(team.found(), offset, limit)),
      listAgents: (offset, limit) => call(from, false, () => page(AGENTS, offset, limit)),
      listDepartments: (offset, limit) => call(from, false, () => page(DEPARTMENTS, offset, limit)),
    }),
  }
}
