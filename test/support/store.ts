import type { Exclusions, Step } from '../../src/core/contract.ts'
import type { InForce, Settlement } from '../../src/core/inputs.ts'
import { PLAIN } from '../../src/core/plain-policy.ts'
import type { ChatPolicy, Decision, Situation } from '../../src/decision.ts'
import type { AssignmentId, AssignmentState, Clock } from '../../src/domain.ts'
import type { AccountStore, Stores } from '../../src/store/contract.ts'
import { openStores } from '../../src/store/stores.ts'

/** The longest life of a heartbeat: in a test no other instance takes the account. */
const LIVES_MS = 10_000

type Route = (situation: Situation) => Decision

/** An account's store for tests: each step comes with its route, and is on the disk when it is returned. */
export interface TestStore extends Omit<AccountStore, 'next' | 'settle'> {
  /** @returns `null` also where an event that was acknowledged meanwhile speaks against the step */
  takeStep(
    exclusions: { pools: readonly string[]; assignments: readonly AssignmentId[] },
    route: Route,
  ): Promise<Step | null>
  settle(assignmentId: AssignmentId, settlement: Settlement): Promise<AssignmentState>
  /** The store itself, for a dispatcher, which decides by this route from now on. */
  decidingBy(route: Route): AccountStore
}

/** Opens an account of these stores with the test's own route. */
export async function openTestAccount(
  stores: Stores,
  account: string,
  policy: () => ChatPolicy = () => PLAIN,
): Promise<TestStore> {
  let route: Route = () => {
    throw new Error('the test has not said how to decide')
  }
  const inForce = (): InForce => ({ policy: policy(), route: (situation) => route(situation) })
  const store = await stores.open(account, inForce)
  const steps = new Map<AssignmentId, Step>()
  return {
    ...store,
    async takeStep(given, how) {
      route = how
      const exclusions: Exclusions = { pools: new Set(given.pools), assignments: new Set(given.assignments) }
      const taken = await store.next(exclusions, () => ({}))
      // Changes that fell due meanwhile are on the disk, too.
      if (taken === null) await store.drain()
      if (taken === null || !(await taken.committed)) return null
      steps.set(taken.step.assignmentId, taken.step)
      return taken.step
    },
    decidingBy(how) {
      route = how
      return store
    },
    settle(assignmentId, settlement) {
      const step = steps.get(assignmentId)
      if (step === undefined) throw new Error(`no step was taken for assignment ${assignmentId}`)
      return store.settle(step, settlement)
    },
  }
}

/** A database with one account, for which this process decides. */
export async function openTestStore(
  databaseUrl: string,
  clock: Clock,
  policy: () => ChatPolicy = () => PLAIN,
): Promise<{ store: TestStore; stores: Stores }> {
  const stores = await openStores(databaseUrl, clock)
  const store = await openTestAccount(stores, 'default', policy)
  await stores.leases.join(LIVES_MS)
  await stores.leases.take([store.accountId], 1)
  return { store, stores }
}
