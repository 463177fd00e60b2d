import type { Logger } from 'pino'
import type { Step } from '../core/contract.ts'
import type { Settlement } from '../core/inputs.ts'
import type { CustomerFacts, CustomerId, Outcome } from '../domain.ts'
import type { HelpCrunch } from '../helpcrunch/contract.ts'
import { describeOutcome } from '../helpcrunch/describe-outcome.ts'
import type { Slot } from '../rate-limit/contract.ts'
import type { AssignmentQueue } from '../store/contract.ts'

/** Reads the customer of a chat. The chat is decided afterwards, whatever the result. */
export async function readCustomer(
  { customerId, ...step }: Extract<Step, { kind: 'customer' }>,
  slot: Slot,
  parts: { client: HelpCrunch; queue: AssignmentQueue; logger: Logger },
): Promise<void> {
  const { client, queue, logger } = parts
  const outcome = await slot.send(() => client.getCustomer(customerId))
  await queue.settle({ ...step, customerId }, toCustomerSettlement(customerId, outcome))
  const fact = { chatId: step.chatId, eventId: step.eventId, customerId, outcome: outcome.kind }
  if (outcome.kind === 'ok') return logger.debug(fact, 'customer read')
  const reason = describeOutcome(outcome)
  if (outcome.kind === 'limited') return logger.warn({ ...fact, reason }, 'customer not read, will be tried again')
  logger.warn(
    { ...fact, reason },
    'customer not read: for ten minutes chats of this customer are decided without labels by customer',
  )
}

/** A failed reading does not keep the chat waiting. After a 429 the lane waits, and the chat with it. */
export function toCustomerSettlement(customerId: CustomerId, outcome: Outcome<CustomerFacts>): Settlement {
  if (outcome.kind === 'ok') return { to: 'customer', customerId, facts: outcome.body, failure: null }
  const reason = describeOutcome(outcome)
  if (outcome.kind === 'limited')
    return { to: 'retry', notBefore: 0, isFailure: false, mayHaveTakenEffect: false, reason }
  return { to: 'customer', customerId, facts: null, failure: reason }
}
