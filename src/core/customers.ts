import type { CustomerEvent, CustomerFacts, CustomerId } from '../domain.ts'
import type { CustomerRecord } from './records.ts'
import { customerOf, type Draft } from './draft.ts'

/** A customer's record is used for this long; a webhook about the customer ends that sooner. */
const FRESH_MS = 24 * 60 * 60_000
/** After a failed reading, chats are decided without the customer for this long. */
const WITHOUT_MS = 10 * 60_000

/** A changed customer is read again for the next chat; a deleted customer's record is erased. */
export function applyCustomerEvent(draft: Draft, { kind, customerId }: CustomerEvent): void {
  const known = customerOf(draft, customerId)
  if (kind === 'customer deleted') draft.erased.add(customerId)
  else if (known !== null && !known.isStale) draft.customerRecords.set(customerId, { ...known, isStale: true })
}

/** Records a reading of the customer; a failed reading keeps the facts of the previous one. */
export function noteCustomer(
  draft: Draft,
  customerId: CustomerId,
  { facts, failure }: { readonly facts: CustomerFacts | null; readonly failure: string | null },
): void {
  const known = customerOf(draft, customerId)?.facts ?? null
  draft.customerRecords.set(customerId, { readAt: draft.now, isStale: false, facts: facts ?? known, failure })
}

/** Whether a chat can be decided without reading the customer again. */
export function isFresh(record: CustomerRecord | null, now: number): boolean {
  if (record === null || record.isStale) return false
  return now - record.readAt <= (record.failure === null ? FRESH_MS : WITHOUT_MS)
}
