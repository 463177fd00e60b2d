import type { AgentId, ChatSnapshot, Clock } from '../../src/domain.ts'
import type { WorkerStore } from '../../src/store/contract.ts'
import { ineligible } from '../store/simulation/eligible.ts'
import { forbids } from '../store/simulation/oracle.ts'
import type { Rules } from '../store/simulation/rules.ts'
import type { createTeam, Fact, RealChat } from '../store/simulation/team.ts'
import type { SimulatedProcess } from './process.ts'

/** Clocks may be wrong by so much: whether a snooze is over is not the same for each. */
const SKEW_MS = 3_600_000
/** What another instance acknowledges may be on its way for a round trip while a PUT leaves: the gap that the README tells of. */
const GAP_MS = 12

/** Knows what was acknowledged, and judges each PUT by it as it leaves. */
export function createWitness(parts: {
  team: ReturnType<typeof createTeam>
  clock: Clock
  now: () => number
  isShared: boolean
  rules: () => Rules
  tellOf: (chat: RealChat, what: string) => void
}) {
  const { team, clock, now, tellOf } = parts
  const paused = new Set<AgentId>()
  let underWay: { readonly chat: RealChat; readonly process: SimulatedProcess }[] = []
  const chatOf = (id: number) => team.chats[id - 1] as RealChat
  const later = (run: () => void): void => void clock.after(parts.isShared ? GAP_MS : 1, run)

  /** Was acknowledged. */
  function learn(chat: RealChat, ...facts: Fact[]): void {
    later(() => {
      for (const fact of facts) unanswered.get(chat)?.delete(fact)
      chat.known.push(...facts)
    })
  }

  /** What an instance may know already although it has not answered yet. */
  const unanswered = new Map<RealChat, Set<Fact>>()

  function mayKnow(chat: RealChat, facts: readonly Fact[]): void {
    const ofChat = unanswered.get(chat) ?? new Set()
    unanswered.set(chat, ofChat)
    for (const fact of facts) ofChat.add(fact)
  }

  /** What speaks against a PUT both by what was acknowledged for certain and by what the instance may know beside that. */
  function objection(chat: RealChat, to: AgentId): string | null {
    const certain = objectionBy(chat, to)
    if (certain === null) return null
    for (const [each, facts] of unanswered) each.known.push(...facts)
    const possible = objectionBy(chat, to)
    for (const [each, facts] of unanswered) each.known.splice(each.known.length - facts.size, facts.size)
    return possible === null ? null : certain
  }

  function objectionBy(chat: RealChat, to: AgentId): string | null {
    const chats = underWay.map((put) => put.chat).filter((each) => each !== chat)
    const why = ineligible(to, chat, { team, paused, rules: parts.rules(), underWay: chats, now: now() - SKEW_MS })
    if (why !== null) return `PUT of agent ${to}, who is ${why}`
    const fact = forbids(chat, to)
    return fact === null ? null : `PUT of agent ${to} against ${JSON.stringify(fact)}`
  }

  /** The instance may know already what the sender of a webhook has not heard yet: a moment later both know the same. */
  function noteSent(chat: RealChat, to: AgentId, process: SimulatedProcess): void {
    const known = objection(chat, to)
    if (known !== null) clock.after(2 * GAP_MS, () => void (objection(chat, to) !== null && tellOf(chat, known)))
    team.note(chat, `PUT of agent ${to} leaves`)
    chat.known.push({ at: now(), is: 'sent', to })
    underWay.push({ chat, process })
  }

  /** The store as the worker has it: what it has answered is known from then on. */
  function observe(store: WorkerStore): WorkerStore {
    return {
      ...store,
      async settle(step, settlement) {
        const chat = chatOf(step.chatId)
        try {
          const state = await store.settle(step, settlement)
          if (settlement.to === 'assigned' && step.kind === 'put') {
            const at = settlement.answeredAt
            learn(chat, {
              at,
              is: 'assigned',
              to: step.agentId,
              departmentId: settlement.snapshot.departmentId ?? null,
            })
            if (settlement.snapshot.status === 'closed') learn(chat, { at, is: 'closed' })
          }
          if (settlement.to === 'known') learn(chat, seen(settlement.answeredAt, settlement.snapshot))
          return state
        } finally {
          if (step.kind === 'put') underWay = underWay.filter((put) => put.chat !== chat)
        }
      },
      async reconcile(found, takenAt, openSince) {
        const shown = found.map(({ id, snapshot, lastCustomerMessageAt: at }) => {
          const facts: Fact[] = at === null ? [] : [{ at, is: 'customer' }]
          return { chat: chatOf(id), snapshot, facts: [...facts, seen(takenAt, snapshot)] }
        })
        for (const { chat, facts } of shown) mayKnow(chat, facts)
        const result = await store.reconcile(found, takenAt, openSince)
        for (const { chat, snapshot, facts } of shown) {
          learn(chat, ...facts)
          team.note(chat, `searched: ${snapshot.assigneeId}, ${snapshot.status}`)
        }
        return result
      },
    }
  }

  return {
    learn,
    mayKnow,
    noteSent,
    observe,
    isPaused: (agentId: AgentId) => paused.has(agentId),
    learnPause: (agentId: AgentId, isPaused: boolean) =>
      later(() => void (isPaused ? paused.add(agentId) : paused.delete(agentId))),
    /** What it had sent may have been carried out, or not. */
    noteDeath(process: SimulatedProcess): void {
      for (const put of underWay) if (put.process === process) team.note(put.chat, 'its instance dies')
      underWay = underWay.filter((put) => put.process !== process)
    },
  }
}

function seen(at: number, { assigneeId, status, departmentId }: ChatSnapshot): Fact {
  return {
    at,
    is: 'seen',
    status: status ?? 'new',
    ...(assigneeId === undefined ? {} : { assigneeId }),
    ...(departmentId === undefined ? {} : { departmentId }),
  }
}
