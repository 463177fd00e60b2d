import type { ChatPolicy } from '../../src/decision.ts'
import { anythingContract } from './contract/anything.ts'
import { arrivalsContract } from './contract/arrivals.ts'
import { customersContract, OF_CUSTOMERS } from './contract/customers.ts'
import { doubtsContract } from './contract/doubts.ts'
import { memoryContract } from './contract/memory.ts'
import { peopleContract } from './contract/people.ts'
import { removalsContract } from './contract/removals.ts'
import { searchContract } from './contract/search.ts'
import { createStoreTest, type OpenedStore } from './contract/store-test.ts'
import { turnsContract } from './contract/turns.ts'

/** What every store has to do, on every database. */
export function storeContract(open: (policy?: () => ChatPolicy) => Promise<OpenedStore>): void {
  const test = createStoreTest(open)
  arrivalsContract(test)
  peopleContract(test)
  removalsContract(test)
  turnsContract(test)
  searchContract(test)
  doubtsContract(test)
  memoryContract(test)
  anythingContract(test)
  customersContract(createStoreTest(open, OF_CUSTOMERS))
}
