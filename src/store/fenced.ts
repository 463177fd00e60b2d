import { LeaseLost, type AssignmentQueue } from './contract.ts'

/**
 * The queue for one account worker. An answer that arrives after the worker was replaced settles nothing, even if this
 * instance has the account again: the next worker has fetched the chat again.
 */
export function fenced(queue: AssignmentQueue, maySend: () => boolean): AssignmentQueue {
  return {
    ...queue,
    async settle(step, settlement) {
      if (!maySend()) throw new LeaseLost('not settled: another worker decides for this account now')
      return queue.settle(step, settlement)
    },
  }
}
