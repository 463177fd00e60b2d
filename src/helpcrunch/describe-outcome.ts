import type { Outcome } from '../domain.ts'

type Failure = Exclude<Outcome<unknown>, { kind: 'ok' }>

/** Why a call failed, for a log line. */
export function describeOutcome(outcome: Failure): string {
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

/** What an operator can do about a failed call. */
export function adviseOn(outcome: Failure): string {
  switch (outcome.kind) {
    case 'unauthorized':
      return 'check HELPCRUNCH_API_KEY (in ACCOUNTS_FILE: apiKey)'
    case 'limited':
      return 'the account’s limit is used up, by this or another program: try again in a minute'
    case 'gone':
      return 'check HELPCRUNCH_API_URL (in ACCOUNTS_FILE: apiUrl)'
    case 'failed':
    case 'refused':
      return 'check HELPCRUNCH_API_URL (in ACCOUNTS_FILE: apiUrl), and whether HelpCrunch can be reached from here'
  }
}
