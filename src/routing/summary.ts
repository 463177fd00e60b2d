import type { TraceStep } from '../decision.ts'
import type { Agent } from '../domain.ts'

const MAX_REASONS = 3

/** Summarises the trace in a sentence, such as `Ann (3): department left 4 of 6, load left 1 of 4 (0.5)`. */
export function summarize(agentCount: number, steps: readonly TraceStep[], chosen: Agent | null): string {
  if (agentCount === 0) return 'no agent: none are known'
  if (chosen === null) return `no agent: ${explainNone(agentCount, steps)}`
  let before = agentCount
  const parts: string[] = []
  for (const step of steps) {
    if (step.isPassedOver) {
      parts.push(`${step.rule} passed over, since it would have left no agent`)
      continue
    }
    if (step.kept.length < before) parts.push(`${step.rule} left ${step.kept.length} of ${before}${lowestScore(step)}`)
    before = step.kept.length
  }
  if (before > 1) parts.push(`lowest id of ${before} equals`)
  if (agentCount === 1) parts.push('the only agent')
  return `${chosen.name} (${chosen.id}): ${parts.join(', ')}`
}

/** Explains why no agent is left. Only the last step can leave none: routing stops there. */
function explainNone(agentCount: number, steps: readonly TraceStep[]): string {
  const last = steps.at(-1)
  const before = steps.findLast((step) => step !== last && !step.isPassedOver)?.kept.length ?? agentCount
  const dropped = last?.dropped ?? []
  const reasons = dropped.slice(0, MAX_REASONS).map(({ reason, agentIds }) => `${agentIds.length}× ${reason}`)
  if (dropped.length > MAX_REASONS) reasons.push(`${dropped.length - MAX_REASONS} other reasons`)
  return `${last?.rule} dropped the last ${before} of ${agentCount}: ${reasons.join(', ')}`
}

function lowestScore(step: TraceStep): string {
  const lowest = step.scores?.find(({ agentId }) => agentId === step.kept[0])
  return lowest === undefined ? '' : ` (lowest: ${Number(lowest.score.toFixed(2))})`
}
