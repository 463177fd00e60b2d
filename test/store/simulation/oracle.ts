import type { AgentId } from '../../../src/domain.ts'
import { MEMBERS, type Fact, type RealChat } from './team.ts'

/** A removal so soon after a message may be older than it: times are whole seconds, and a search counts as older than it is. */
const CLOSE_MS = 2000

/**
 * Whether what was acknowledged or seen forbids to give the chat to this agent: the last that a person did is newer than all
 * that asks for somebody.
 */
export function forbids({ known }: RealChat, agentId: AgentId): Fact | null {
  const acts = known.filter(({ is }) => is === 'assigned' || is === 'removed' || is === 'closed')
  const last = acts.toSorted((a, b) => a.at - b.at).at(-1)
  if (last === undefined || (last.is === 'assigned' && last.to === agentId)) return null
  const later = known.filter(({ at }) => at >= last.at)
  if (later.some(({ is }) => is === 'customer')) return null
  const moves = later.filter((fact) => isMove(known, fact))
  // Another department and no assignee: a request to that department.
  if (last.is === 'removed') return isRemoval(known, last.at) && moves.length === 0 ? last : null
  const sent = last.is === 'assigned' ? sentFor(known, last) : null
  if (last.is === 'assigned' && sent !== null) {
    const movesHeard = known.slice(known.indexOf(sent)).filter((fact) => isMove(known, fact))
    // It was moved away from their department, and that was heard after its PUT had left.
    if (movesHeard.some(({ departmentId }) => isOutside(last.to, departmentId)))
      return later.find(({ is }) => is === 'agent') ?? null
  }
  const isSeenFree = (fact: Fact) => fact.is === 'seen' && fact.assigneeId === null && fact.status !== 'closed'
  return later.some((fact) => fact.at > last.at && isSeenFree(fact)) ? null : last
}

/** What it tells of the department is not what was told before it, or of a time before it. */
function isMove(known: readonly Fact[], fact: Fact): boolean {
  if (fact.departmentId == null) return false
  const before = known
    .slice(0, known.indexOf(fact))
    .filter(({ departmentId, at }) => departmentId !== undefined && at <= fact.at)
  const last = before.toSorted((one, other) => one.at - other.at).at(-1)
  return last !== undefined && last.departmentId !== fact.departmentId
}

/** The PUT of ours by which the agent has it, or `null`. */
function sentFor(known: readonly Fact[], { to }: { readonly to: AgentId }): Fact | null {
  return known.findLast((fact) => fact.is === 'sent' && fact.to === to) ?? null
}

function isOutside(agentId: AgentId, departmentId: Fact['departmentId']): boolean {
  return departmentId != null && MEMBERS[departmentId]?.includes(agentId) !== true
}

/** Nobody is taken off a chat that nobody has, as far as we know: HelpCrunch may say so when it is moved, too. */
function isRemoval(known: readonly Fact[], at: number): boolean {
  const writtenAt = Math.max(0, ...known.filter(({ is }) => is === 'customer').map((fact) => fact.at))
  if (at - writtenAt <= CLOSE_MS) return false
  const before = known.filter((fact) => fact.at < at && ['assigned', 'sent', 'seen', 'removed'].includes(fact.is))
  const last = before.toSorted((one, other) => one.at - other.at).at(-1)
  return last?.is === 'assigned' || last?.is === 'sent' || (last?.is === 'seen' && last.assigneeId !== null)
}

/**
 * Whether its customer waits, as HelpCrunch has it: nobody has the chat, and whoever had it was taken off before they wrote. But
 * where a search was the first to show that somebody was taken off, nobody can say when: the chat is left alone.
 */
export function isUnserved({ assigneeId, status, removedAt, lastCustomerMessageAt, known }: RealChat): boolean {
  if (assigneeId !== null || status === 'closed' || removedAt >= lastCustomerMessageAt) return false
  const toldAt = known.findIndex(({ is, at }) => is === 'removed' && at === removedAt)
  const shownAt = known.findIndex((fact) => fact.is === 'seen' && fact.assigneeId === null && fact.at >= removedAt)
  return removedAt < 0 || shownAt < 0 || (toldAt >= 0 && toldAt < shownAt)
}
