import type { AgentId } from '../../../src/domain.ts'
import { MEMBERS, type Fact, type RealChat } from './team.ts'

/** A removal this soon after a message may be older: times are whole seconds, and a search counts as older. */
const CLOSE_MS = 2000

/**
 * The fact that forbids a PUT of this agent, or `null`: a person's last act that we know of, where nothing newer asks
 * for an agent.
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
  if (moves.some(({ assigneeId }) => assigneeId === null)) return null
  const sent = last.is === 'assigned' ? sentFor(known, last) : null
  if (last.is === 'assigned' && sent !== null) {
    const movesHeard = known.slice(known.indexOf(sent)).filter((fact) => isMove(known, fact))
    // The chat left their department, and we heard so after the PUT had left.
    if (movesHeard.some(({ departmentId }) => isOutside(last.to, departmentId)))
      return later.find(({ is }) => is === 'agent') ?? null
  }
  const isSeenFree = (fact: Fact) => fact.is === 'seen' && fact.assigneeId === null && fact.status !== 'closed'
  // The customer has written meanwhile: people move and snooze open chats only.
  const isReopened = ({ is, assigneeId }: Fact) =>
    last.is === 'closed' && (is === 'moved' || is === 'snoozed') && assigneeId === null
  return later.some((fact) => fact.at > last.at && (isSeenFree(fact) || isReopened(fact))) ? null : last
}

/** Whether the fact names another department than the newest fact before it. */
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

/** A removal needs an agent, as far as we know: HelpCrunch tells of an unassigned chat also when it is moved. */
function isRemoval(known: readonly Fact[], at: number): boolean {
  const writtenAt = Math.max(0, ...known.filter(({ is }) => is === 'customer').map((fact) => fact.at))
  if (at - writtenAt <= CLOSE_MS) return false
  const before = known.filter((fact) => fact.at < at && ['assigned', 'sent', 'seen', 'removed'].includes(fact.is))
  const last = before.toSorted((one, other) => one.at - other.at).at(-1)
  return last?.is === 'assigned' || last?.is === 'sent' || (last?.is === 'seen' && last.assigneeId !== null)
}

/**
 * Whether the customer waits, by HelpCrunch's own state: the chat is unassigned, and the customer wrote after its agent
 * was removed. Where a search was the first to show the removal, its time is not known, and the chat is left alone.
 */
export function isUnserved({ assigneeId, status, removedAt, lastCustomerMessageAt, known }: RealChat): boolean {
  if (assigneeId !== null || status === 'closed' || removedAt >= lastCustomerMessageAt) return false
  const toldAt = known.findIndex(({ is, at }) => is === 'removed' && at === removedAt)
  const shownAt = known.findIndex((fact) => fact.is === 'seen' && fact.assigneeId === null && fact.at >= removedAt)
  return removedAt < 0 || shownAt < 0 || (toldAt >= 0 && toldAt < shownAt)
}
