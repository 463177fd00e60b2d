import { describe, onTestFinished } from 'vitest'
import { createManualClock } from '../support/manual-clock.ts'
import { createDatabase } from '../support/postgres.ts'
import { openTestStore } from '../support/store.ts'
import { storeContract } from './store.contract.ts'

async function open() {
  const url = await createDatabase()
  const clock = createManualClock()
  let { store, stores } = await openTestStore(url, clock)
  onTestFinished(() => stores.close())
  async function reopen() {
    await stores.leases.leave()
    await stores.close()
    ;({ store, stores } = await openTestStore(url, clock))
    return store
  }
  return { store, stores, clock, reopen }
}

describe('the store on PostgreSQL', () => {
  storeContract(open)
})
