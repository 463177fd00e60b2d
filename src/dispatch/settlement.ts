import type { ChatSnapshot, Outcome } from '../domain.ts'
import type { Settlement } from '../store/contract.ts'
import { backoffMs } from '../rate-limit/backoff.ts'
import { describeOutcome } from '../helpcrunch/describe-outcome.ts'

const RETRY_BACKOFF = { minMs: 1000, maxMs: 60_000 }

/** What follows from HelpCrunch's answer to a turn's request: the outcome table of the README, row by row. */
export function toSettlement(
  turn: { readonly kind: 'put' | 'fetch'; readonly failures: number },
  outcome: Outcome<ChatSnapshot>,
  context: { readonly now: number; readonly random: number; readonly maxAttempts: number },
): Settlement {
  const reason = outcome.kind === 'ok' ? 'ok' : describeOutcome(outcome)
  switch (outcome.kind) {
    case 'ok':
      return {
        to: turn.kind === 'put' ? 'assigned' : 'known',
        snapshot: outcome.body,
        answeredAt: outcome.answeredAt,
      }
    case 'gone':
      return { to: 'gone' }
    case 'refused':
      if (turn.kind === 'put') return { to: 'another agent', reason }
      return retryOrGiveUp(turn.failures + 1, reason, context)
    // Says nothing about this chat: the lane waits, and the chat loses no attempt.
    case 'limited':
      return { to: 'retry', notBefore: context.now, isFailure: false, reason }
    // Nor does a rejected key, the first time. It is sent again when the key was taken: if it is rejected then, it is
    // this one call that the key may not make.
    case 'unauthorized':
      return retryOrGiveUp(turn.failures + 1, reason, { ...context, maxAttempts: Math.max(2, context.maxAttempts) })
    case 'failed':
      return retryOrGiveUp(turn.failures + 1, reason, context)
  }
}

function retryOrGiveUp(
  failures: number,
  reason: string,
  { now, random, maxAttempts }: { now: number; random: number; maxAttempts: number },
): Settlement {
  if (failures >= maxAttempts) return { to: 'dead', reason }
  return { to: 'retry', notBefore: now + backoffMs(failures, random, RETRY_BACKOFF), isFailure: true, reason }
}
