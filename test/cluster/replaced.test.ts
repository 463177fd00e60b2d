import { pino } from 'pino'
import { expect, test } from 'vitest'
import { createCluster, type Cluster } from '../../src/cluster/cluster.ts'
import type { AccountId } from '../../src/domain.ts'
import type { Leases } from '../../src/store/contract.ts'
import { createManualClock } from '../support/manual-clock.ts'

const ACCOUNT = 1 as AccountId

/** A database in which this instance is alone, and gets every account that it asks for. */
async function openAlone(accounts: readonly AccountId[] = [ACCOUNT]) {
  const clock = createManualClock()
  const state = { isAnswering: true, isFree: true, instances: 1, closed: 0, heldAsReleased: [] as boolean[] }
  const answer = <T>(value: T): Promise<T> =>
    state.isAnswering ? Promise.resolve(value) : new Promise(() => undefined)
  const leases: Leases = {
    isShared: true,
    join: () => answer(undefined),
    renew: () => answer({ now: clock.now(), instances: state.instances }),
    take: (accountIds, most) => answer(state.isFree ? accountIds.slice(0, most) : []),
    free: () => answer([]),
    compare: () => answer(null),
    release: (accountIds) => {
      state.heldAsReleased.push(...accountIds.map((id) => cluster.holdsLease(id)))
      return answer(undefined)
    },
    leave: () => answer(undefined),
    onFreed: () => undefined,
  }
  const cluster: Cluster = createCluster({
    leases,
    accounts: () => accounts,
    open: async () => ({ close: async () => void (state.closed += 1) }),
    onTime: () => undefined,
    clock,
    logger: pino({ level: 'silent' }),
  })
  await cluster.join()
  await cluster.revise()
  return { clock, cluster, state }
}

test('an instance whose machine slept may send nothing, even before a timer of its own has fired', async () => {
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

test('an instance whose account another one has taken may send nothing, and its worker is closed', async () => {
  const { clock, cluster, state } = await openAlone()
  state.isAnswering = false
  await clock.pass(3100)
  expect(state.closed).toBe(1)
  Object.assign(state, { isAnswering: true, isFree: false })
  await cluster.join()
  expect(cluster.check().ok).toBe(true)
  expect(cluster.holdsLease(ACCOUNT)).toBe(false)
})

test('an instance that is alive may send nothing for an account that it has not taken', async () => {
  const { cluster } = await openAlone()
  expect([ACCOUNT, 2 as AccountId].map((id) => cluster.holdsLease(id))).toEqual([true, false])
})

test('an instance may send nothing for an account before it releases it to others', async () => {
  const { cluster, state } = await openAlone([ACCOUNT, 2 as AccountId])
  state.instances = 2
  await cluster.join()
  await cluster.revise()
  expect(state.heldAsReleased).toEqual([false])
  expect([ACCOUNT, 2 as AccountId].map((id) => cluster.holdsLease(id))).toEqual([true, false])
  await cluster.leave()
  expect(cluster.holdsLease(ACCOUNT)).toBe(false)
})
