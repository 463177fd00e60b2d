import { pino } from 'pino'
import { expect, test } from 'vitest'
import { createCluster } from '../../src/cluster/cluster.ts'
import type { AccountId } from '../../src/domain.ts'
import type { Leases } from '../../src/store/contract.ts'
import { createManualClock } from '../support/manual-clock.ts'

const ACCOUNT = 1 as AccountId

/** A database in which this instance is the only one, and gets what it asks for. */
async function openAlone() {
  const clock = createManualClock()
  const state = { isAnswering: true }
  const answer = <T>(value: T): Promise<T> =>
    state.isAnswering ? Promise.resolve(value) : new Promise(() => undefined)
  const leases: Leases = {
    isShared: true,
    join: () => answer(undefined),
    renew: () => answer({ now: clock.now(), instances: 1 }),
    take: (accountIds) => answer([...accountIds]),
    free: () => answer([]),
    compare: () => answer(null),
    release: () => answer(undefined),
    leave: () => answer(undefined),
    onFreed: () => undefined,
  }
  const cluster = createCluster({
    leases,
    accounts: () => [ACCOUNT],
    open: async () => ({ close: () => Promise.resolve() }),
    onTime: () => undefined,
    clock,
    logger: pino({ level: 'silent' }),
  })
  await cluster.join()
  await cluster.revise()
  return { clock, cluster, state }
}

test('an instance whose machine slept may send nothing, before any timer of its own has noticed', async () => {
  const { clock, cluster } = await openAlone()
  expect(cluster.holdsLease(ACCOUNT)).toBe(true)
  clock.set(clock.now() + 3001)
  expect(cluster.holdsLease(ACCOUNT)).toBe(false)
})

test('an instance that cannot renew its heartbeat may send nothing three seconds later', async () => {
  const { clock, cluster, state } = await openAlone()
  state.isAnswering = false
  await clock.pass(2900)
  expect(cluster.holdsLease(ACCOUNT)).toBe(true)
  await clock.pass(200)
  expect(cluster.holdsLease(ACCOUNT)).toBe(false)
})
