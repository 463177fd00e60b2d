import { LeaseLost, type AssignmentQueue } from './contract.ts'

/**
 * The queue as one account worker has it. An answer that comes after the worker was replaced settles nothing, also where this
 * instance has the account again: the next worker has fetched the chat anew.
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
