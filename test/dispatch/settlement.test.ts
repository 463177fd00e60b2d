import { expect, test } from 'vitest'
import type { ChatSnapshot, Outcome } from '../../src/domain.ts'
import { toSettlement } from '../../src/dispatch/settlement.ts'

const failed: Outcome<ChatSnapshot> = { kind: 'failed', reason: 'HTTP 500' }
const limited: Outcome<ChatSnapshot> = { kind: 'limited', retryAfterMs: null }
const unauthorized: Outcome<ChatSnapshot> = { kind: 'unauthorized', status: 401, codes: [] }

/** Where the PUT may have taken effect, the chat is fetched before it is decided again. */
test.for<['put' | 'fetch', number, Outcome<ChatSnapshot>, number, object]>([
  ['put', 0, failed, 8, { to: 'retry', isFailure: true, mayHaveTakenEffect: true }],
  ['put', 7, failed, 8, { to: 'dead' }],
  ['fetch', 0, failed, 8, { to: 'retry', isFailure: true, mayHaveTakenEffect: true }],
  ['put', 0, limited, 8, { to: 'retry', notBefore: 0, isFailure: false, mayHaveTakenEffect: false }],
  ['put', 99, limited, 8, { to: 'retry', isFailure: false }],
  ['fetch', 0, limited, 8, { to: 'retry', isFailure: false, mayHaveTakenEffect: true }],
  ['put', 0, unauthorized, 1, { to: 'retry', isFailure: true, mayHaveTakenEffect: false }],
  ['put', 1, unauthorized, 1, { to: 'dead' }],
  ['fetch', 0, unauthorized, 1, { to: 'retry', mayHaveTakenEffect: true }],
])(
  'a %s that failed %i times before, and is answered %o, has %i attempts',
  ([kind, failures, outcome, maxAttempts, told]) => {
    expect(toSettlement({ kind, failures }, outcome, { now: 1000, random: 0, maxAttempts })).toMatchObject(told)
  },
)
