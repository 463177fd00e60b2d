import type { Outcome } from '../domain.ts'

/** Why a call did not succeed, for a log line. */
export function describeOutcome(outcome: Exclude<Outcome<unknown>, { kind: 'ok' }>): string {
  switch (outcome.kind) {
    case 'failed':
      return outcome.reason
    case 'unauthorized':
      return `HTTP ${outcome.status}, the API key is rejected`
    case 'limited':
      return 'HTTP 429, over the limit'
    case 'gone':
      return 'HTTP 404'
    case 'refused':
      return 'HTTP 400'
  }
}
