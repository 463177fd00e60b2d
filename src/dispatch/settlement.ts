import type { ChatSnapshot, Outcome } from '../domain.ts'
import type { Settlement } from '../core/inputs.ts'
import { backoffMs } from '../rate-limit/backoff.ts'
import { describeOutcome } from '../helpcrunch/describe-outcome.ts'

const RETRY_BACKOFF = { minMs: 1000, maxMs: 60_000 }

/** The settlement of HelpCrunch's answer to a step's request: the outcome table of docs/reference.md, row by row. */
export function toSettlement(
  step: { readonly kind: 'put' | 'fetch'; readonly failures: number },
  outcome: Outcome<ChatSnapshot>,
  context: { readonly now: number; readonly random: number; readonly maxAttempts: number },
): Settlement {
  const reason = outcome.kind === 'ok' ? 'ok' : describeOutcome(outcome)
  // A failed fetch leaves an earlier doubt in place.
  const isFetch = step.kind === 'fetch'
  switch (outcome.kind) {
    case 'ok':
      return { to: isFetch ? 'known' : 'assigned', snapshot: outcome.body, answeredAt: outcome.answeredAt }
    case 'gone':
      return { to: 'gone' }
    case 'refused':
      return isFetch ? retryOrGiveUp(step.failures + 1, reason, true, context) : { to: 'another agent', reason }
    // A 429 says nothing about this chat: the lane waits, and the chat loses no attempt.
    case 'limited':
      return { to: 'retry', notBefore: 0, isFailure: false, mayHaveTakenEffect: isFetch, reason }
    // A rejected key says nothing about this chat the first time. The chat is tried again when the key works: a second
    // rejection means that the key may not make this call.
    case 'unauthorized': {
      const maxAttempts = Math.max(2, context.maxAttempts)
      return retryOrGiveUp(step.failures + 1, reason, isFetch, { ...context, maxAttempts })
    }
    case 'failed':
      return retryOrGiveUp(step.failures + 1, reason, true, context)
  }
}

function retryOrGiveUp(
  failures: number,
  reason: string,
  mayHaveTakenEffect: boolean,
  { now, random, maxAttempts }: { now: number; random: number; maxAttempts: number },
): Settlement {
  if (failures >= maxAttempts) return { to: 'dead', reason }
  const notBefore = now + backoffMs(failures, random, RETRY_BACKOFF)
  return { to: 'retry', notBefore, isFailure: true, mayHaveTakenEffect, reason }
}
