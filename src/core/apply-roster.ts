import type { AgentId, Roster } from '../domain.ts'
import type { AgentRecord } from './records.ts'
import { agentOf, type Draft } from './draft.ts'

/**
 * Replaces the roster. Agents that HelpCrunch no longer lists stay known, because they may still have chats, but get no
 * more.
 */
export function applyRoster(draft: Draft, roster: Roster, seenAt: number): void {
  const known = [...draft.state.agents.values()]
  const listed = known.filter(({ isListed }) => isListed).map(({ agent }) => agent)
  const newcomer = {
    turn: median(listed.map(({ turn }) => turn)),
    credit: mean(listed.map(({ credit }) => credit)),
  }
  const names = new Map(roster.agents.map(({ id, name }) => [id, name]))
  const departmentIds = new Map<AgentId, Roster['departments'][number]['id'][]>()
  for (const { id, agentIds } of roster.departments) {
    for (const agentId of agentIds) departmentIds.set(agentId, [...(departmentIds.get(agentId) ?? []), id])
  }
  for (const id of new Set([...known.map(({ agent }) => agent.id), ...names.keys()])) {
    const name = names.get(id)
    const before = agentOf(draft, id)
    const isKnown = draft.state.agents.has(id)
    // An unlisted agent with known chats has no place in the rotation yet.
    const isNewcomer = !isKnown || (!before.isListed && before.agent.turn === 0)
    const agent: AgentRecord['agent'] = {
      ...before.agent,
      ...(name === undefined ? {} : { name, isSetAside: false }),
      ...(name !== undefined && isNewcomer ? newcomer : {}),
      departmentIds: departmentIds.get(id) ?? [],
    }
    const isListed = name !== undefined
    draft.agents.set(id, { ...before, agent, isListed, seenAt: isListed ? seenAt : before.seenAt })
  }
  draft.departments = roster.departments
  draft.teamOnline = roster.teamOnline
  draft.hasFreed = true
}

/** The lower median; 0 for an empty list. */
function median(positions: readonly number[]): number {
  const sorted = positions.toSorted((a, b) => a - b)
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0
}

function mean(numbers: readonly number[]): number {
  return numbers.length === 0 ? 0 : numbers.reduce((sum, each) => sum + each, 0) / numbers.length
}
