import type { ChatPolicy } from '../../src/decision.ts'
import type { Clock } from '../../src/domain.ts'
import type { Store, Stores } from '../../src/store/contract.ts'
import { PLAIN } from '../../src/core/plain-policy.ts'
import { openStores } from '../../src/store/stores.ts'

/** The longest that there is; after it nobody takes the account in a test. */
const LIVES_MS = 10_000

/** A database with one account, for which this process decides. */
export async function openTestStore(
  databaseUrl: string,
  clock: Clock,
  policy: () => ChatPolicy = () => PLAIN,
): Promise<{ store: Store; stores: Stores }> {
  const stores = await openStores(databaseUrl, clock)
  const store = await stores.open('default', policy)
  await stores.leases.join(LIVES_MS)
  await stores.leases.take([store.accountId], 1)
  return { store, stores }
}
