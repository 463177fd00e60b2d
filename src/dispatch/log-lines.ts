import type { Logger } from 'pino'
import { describeOutcome } from '../helpcrunch/describe-outcome.ts'
import type { AgentId, AssignmentState, ChatSnapshot, Outcome } from '../domain.ts'
import type { Step } from '../core/contract.ts'
import type { Settlement } from '../core/inputs.ts'

/** Logs that a chat waits, once for each reason. */
export function logWaiting(logger: Logger, step: Extract<Step, { kind: 'none eligible' }>): void {
  const { chatId, eventId, departmentId, pool, summary } = step
  logger.info({ chatId, eventId, departmentId, outcome: 'waiting', pool, why: summary }, 'no agent is eligible')
}

/** Logs one attempt with all its fields in one line. */
export function logSettled(
  logger: Logger,
  fact: {
    step: Extract<Step, { kind: 'put' | 'fetch' }>
    agentId: AgentId | null
    outcome: Outcome<ChatSnapshot>
    settlement: Settlement
    state: AssignmentState
    durationMs: number
    now: number
  },
): void {
  const { step, agentId, outcome, settlement, state, durationMs, now } = fact
  const fields = {
    chatId: step.chatId,
    agentId,
    departmentId: step.departmentId,
    eventId: step.eventId,
    attempt: step.failures + 1,
    outcome: outcome.kind,
    state,
    durationMs,
    sinceOpenedMs: now - step.openedAt,
    ...(step.kind === 'put' ? { why: step.summary } : {}),
    ...('codes' in outcome ? { codes: outcome.codes } : {}),
    ...(outcome.kind === 'ok' ? {} : { reason: describeOutcome(outcome) }),
    ...(settlement.to === 'retry' ? { retryDelayMs: Math.max(0, settlement.notBefore - now) } : {}),
  }
  if (settlement.to === 'retry') return logger.warn(fields, 'attempt failed, will be decided again')
  if (settlement.to === 'another agent' && state === 'waiting') {
    return logger.warn(fields, 'agent refused by HelpCrunch, another will be chosen')
  }
  if (step.kind === 'fetch' && outcome.kind === 'ok') return logger.info(fields, 'chat fetched')
  if (outcome.kind === 'ok' && outcome.body.assigneeId != null && outcome.body.assigneeId !== agentId) {
    const theirs = { ...fields, assigneeId: outcome.body.assigneeId }
    return logger.warn(theirs, 'assignment settled, but HelpCrunch names another assignee')
  }
  if (state === 'gone') return logger.warn(fields, 'assignment settled: the chat has disappeared')
  if (state === 'refused') return logger.error(fields, 'assignment settled: refused twice, now a dead letter')
  if (state === 'dead') return logger.error(fields, 'assignment settled: given up, now a dead letter')
  if (state === 'superseded') return logger.info(fields, 'assignment settled: a person was faster')
  logger.info(fields, 'assignment settled')
}
