import type { TraceStep } from '../decision.ts'
import type { ChatHistory } from './records.ts'

/** A chat's history as text, for a person who asks why. */
export function explainChat({ chat, assignments }: ChatHistory): string {
  const who =
    chat.assigneeId === null
      ? 'no agent has it'
      : `agent ${chat.assigneeId} has it${chat.assignedByUs ? ', from us' : ''}`
  const facts = [
    chat.departmentId === null ? 'no department' : `department ${chat.departmentId}`,
    chat.channel === null ? 'channel not known' : `by ${chat.channel}`,
    ...(chat.labels.length > 0 ? [`labels ${chat.labels.join(', ')}`] : []),
    ...(chat.missedBy.length > 0 ? [`missed by ${chat.missedBy.join(', ')}`] : []),
  ]
  const lines = [`chat ${chat.id}: ${chat.status}, ${who}; ${facts.join('; ')}`]
  if (chat.restingSince !== null)
    lines.push(
      '  it rests until the customer writes again: a person took its agent off, no agent was eligible in time, or it was a dry run',
    )
  if (chat.answerDueAt !== null) lines.push(`  an answer is due by ${time(chat.answerDueAt)}`)
  const isGivenOn = chat.assigneeId !== null && chat.missedBy.includes(chat.assigneeId)
  if (chat.handOverAt !== null && chat.handOverAt < 8.64e15 && !isGivenOn)
    lines.push(`  goes to another agent at ${time(chat.handOverAt)}`)
  if (assignments.length === 0) lines.push('  it never needed an agent from us')
  for (const assignment of assignments) lines.push(...explainAssignment(assignment))
  return lines.join('\n')
}

function explainAssignment(assignment: ChatHistory['assignments'][number]): string[] {
  const { id, state, openedAt, settledAt, decisions, attempts, notBefore } = assignment
  const ended = settledAt === null ? `${state} since then` : `${state} at ${time(settledAt)}`
  const lines = [`assignment ${id}: opened ${time(openedAt)}, ${ended}`]
  for (const decision of decisions) {
    const waited = Math.round(decision.known.waitedMs / 1000)
    lines.push(`  ${time(decision.decidedAt)}  after ${waited} s: ${decision.summary}`)
    lines.push(...decision.steps.map((step) => `      ${explainStep(step)}`))
  }
  for (const { at, agentId, reason } of attempts)
    lines.push(`  ${time(at)}  tried with agent ${agentId ?? '-'}: ${reason}`)
  if (state === 'waiting') lines.push(`  ${whatHelps(decisions.at(-1)?.lookAgainAt ?? null, notBefore)}`)
  return lines
}

function explainStep({ rule, kept, dropped = [], scores = [], isPassedOver, skipped }: TraceStep): string {
  if (skipped !== undefined) return `${rule}: left out, since it ${skipped}`
  const parts = [
    ...dropped.map(({ reason, agentIds }) => `${agentIds.join(', ')} dropped: ${reason}`),
    ...(scores.length > 0
      ? [scores.map(({ agentId, score }) => `${agentId}: ${Number(score.toFixed(3))}`).join(', ')]
      : []),
  ]
  const left = isPassedOver === true ? 'passed over' : `leaves ${kept.length === 0 ? 'nobody' : kept.join(', ')}`
  return `${rule}: ${[...parts, left].join('; ')}`
}

function whatHelps(lookAgainAt: number | null, notBefore: number): string {
  const at = Math.max(lookAgainAt ?? 0, notBefore)
  const when = at > 0 ? `at ${time(at)}, or sooner ` : ''
  return `it is looked at again ${when}when a slot is freed, an agent is resumed, or agents or rules change`
}

function time(at: number): string {
  return new Date(at).toISOString()
}
