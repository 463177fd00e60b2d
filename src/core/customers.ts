import type { CustomerEvent, CustomerFacts, CustomerId } from '../domain.ts'
import type { CustomerRecord } from './records.ts'
import { customerOf, type Draft } from './draft.ts'

/** What is read of a customer is used for so long; a webhook about the customer ends that. */
const FRESH_MS = 24 * 60 * 60_000
/** After a reading that failed, chats go without for so long. */
const WITHOUT_MS = 10 * 60_000

/** The next chat of a customer who has changed has the customer read; of one who was deleted nothing is kept. */
export function applyCustomerEvent(draft: Draft, { kind, customerId }: CustomerEvent): void {
  const known = customerOf(draft, customerId)
  if (kind === 'customer deleted') draft.erased.add(customerId)
  else if (known !== null && !known.isStale) draft.customerRecords.set(customerId, { ...known, isStale: true })
}

/** Takes over what a reading told; one that failed leaves what was known before. */
export function noteCustomer(
  draft: Draft,
  customerId: CustomerId,
  { facts, failure }: { readonly facts: CustomerFacts | null; readonly failure: string | null },
): void {
  const known = customerOf(draft, customerId)?.facts ?? null
  draft.customerRecords.set(customerId, { readAt: draft.now, isStale: false, facts: facts ?? known, failure })
}

/** Whether the customer need not be read again before a chat is decided. */
export function isFresh(record: CustomerRecord | null, now: number): boolean {
  if (record === null || record.isStale) return false
  return now - record.readAt <= (record.failure === null ? FRESH_MS : WITHOUT_MS)
}
