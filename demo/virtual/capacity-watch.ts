import type { AgentId, ChatId, DepartmentId } from '../../src/domain.ts'
import type { HelpCrunch } from '../../src/helpcrunch/contract.ts'
import type { Settings } from '../../src/routing/settings.ts'
import type { Account } from '../account.ts'

export interface CapacityWatch {
  readonly client: HelpCrunch
  /** How many chats were sent to an agent who was full. */
  exceeded(): number
  /** How many were sent to an agent whose room was still to be made: another chat was on its way to somebody else. */
  early(): number
}

/**
 * Counts what is sent to agents who have no room for it, by the account's own record and what is on its way. It counts
 * when the request leaves: what comes back to an agent by itself while the request is on its way, nobody can know.
 */
export function watchCapacity(client: HelpCrunch, account: Account, settings: Settings): CapacityWatch {
  const onTheirWay = new Map<ChatId, AgentId>()
  let exceeded = 0
  let early = 0

  function count(chatId: ChatId, agentId: AgentId): void {
    const departmentId = account.chats.get(chatId)?.departmentId ?? null
    const capacity = settings.capacityOf(agentId, departmentId as DepartmentId | null) ?? Infinity
    const load = account.loadOf(agentId)
    let coming = 0
    let leaving = 0
    for (const [id, to] of onTheirWay) {
      const hadBy = account.chats.get(id)?.assigneeId
      if (hadBy === to) continue
      if (to === agentId) coming += 1
      if (hadBy === agentId) leaving += 1
    }
    if (load + coming - leaving >= capacity) exceeded += 1
    else if (load + coming >= capacity) early += 1
  }

  return {
    exceeded: () => exceeded,
    early: () => early,
    client: {
      ...client,
      async assign(chatId, agentId, checkLease) {
        count(chatId, agentId)
        onTheirWay.set(chatId, agentId)
        const outcome = await client.assign(chatId, agentId, checkLease)
        onTheirWay.delete(chatId)
        return outcome
      },
    },
  }
}
