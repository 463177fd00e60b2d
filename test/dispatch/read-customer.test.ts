import { expect, test } from 'vitest'
import { toCustomerSettlement } from '../../src/dispatch/read-customer.ts'
import type { CustomerFacts, CustomerId, Outcome } from '../../src/domain.ts'

const CUSTOMER = 7 as CustomerId

test.for<Outcome<CustomerFacts>>([
  { kind: 'gone', codes: [] },
  { kind: 'refused', codes: [] },
  { kind: 'unauthorized', status: 403, codes: [] },
  { kind: 'failed', reason: 'ETIMEDOUT' },
])('a customer who cannot be read ($kind) keeps no chat waiting, and the reason is kept', (outcome) => {
  const settlement = toCustomerSettlement(CUSTOMER, outcome)
  expect(settlement).toMatchObject({ to: 'customer', customerId: 7, facts: null, failure: expect.any(String) })
})

test('a read over the account’s limit is repeated, and costs the chat no attempt', () => {
  const settlement = toCustomerSettlement(CUSTOMER, { kind: 'limited', retryAfterMs: null })
  expect(settlement).toMatchObject({ to: 'retry', isFailure: false, mayHaveTakenEffect: false })
})
