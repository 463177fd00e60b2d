import type { ChatId, DepartmentId } from '../../src/domain.ts'
import type { Policy } from '../../src/routing/contract.ts'
import { route } from '../../src/routing/route.ts'
import type { WorkerStore } from '../../src/store/contract.ts'
import type { Account, StandInChat } from '../account.ts'
import type { VirtualClock } from './virtual-clock.ts'

/** Chats of the account that want an agent and have none. */
export function findUnassigned(account: Account): StandInChat[] {
  return [...account.chats.values()].filter(
    ({ status, assigneeId, snoozedUntil }) => status !== 'closed' && assigneeId === null && snoozedUntil === null,
  )
}

interface Parts {
  readonly account: Account
  readonly store: Pick<WorkerStore, 'explain' | 'listAgents'>
  readonly policy: Policy
  readonly clock: VirtualClock
}

export interface NeglectWatch {
  /** Looks now, and again a little later: what is neglected at both looks was not just on its way. */
  look(): void
  readonly neglected: ReadonlySet<number>
}

/** Longer than anything takes that is under way. */
export const SECOND_LOOK_AFTER_MS = 10_000

/** Keeps the chats that nobody had, although somebody could have had them. */
export function watchForNeglect(parts: Parts): NeglectWatch {
  const { clock } = parts
  const neglected = new Set<number>()

  async function lookTwice(): Promise<void> {
    const first = await findNeglected(parts)
    if (first.size > 0) clock.after(SECOND_LOOK_AFTER_MS, () => clock.hold(lookAgain(first)))
  }

  async function lookAgain(first: ReadonlySet<number>): Promise<void> {
    const second = await findNeglected(parts)
    for (const id of second.intersection(first)) neglected.add(id)
  }

  return { look: () => clock.hold(lookTwice()), neglected }
}

/**
 * Who could have a chat is asked of the same rules, but with the loads that the account knows. A chat that the service never
 * heard of is neglected, too; one that it left alone because the policy says so is not.
 */
async function findNeglected({ account, store, policy, clock }: Parts): Promise<ReadonlySet<number>> {
  const neglected = new Set<number>()
  const unassigned = findUnassigned(account)
  if (unassigned.length === 0) return neglected
  const known = await store.listAgents()
  const agents = known.map((agent) => Object.assign({}, agent, { load: account.loadOf(agent.id) }))
  for (const { id, departmentId, createdAt } of unassigned) {
    const history = await store.explain(id as ChatId)
    if (history === null) {
      neglected.add(id)
      continue
    }
    const last = history.assignments.at(-1)
    if (last?.state === 'left') continue
    const decision = route(policy, {
      chat: { ...history.chat, departmentId: departmentId as DepartmentId | null },
      agents,
      now: clock.now(),
      waitingSince: last?.openedAt ?? createdAt,
      lastAgent: null,
    })
    if (decision.agentId !== null) neglected.add(id)
  }
  return neglected
}
