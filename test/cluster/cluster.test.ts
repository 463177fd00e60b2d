import { pino } from 'pino'
import { describe, expect, onTestFinished, test } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { createCluster, type Cluster } from '../../src/cluster/cluster.ts'
import { createLife } from '../../src/cluster/life.ts'
import type { AccountId } from '../../src/domain.ts'
import type { Leases } from '../../src/store/contract.ts'
import { PLAIN } from '../../src/store/plain-policy.ts'
import { openStores } from '../../src/store/stores.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { createDatabase } from '../support/postgres.ts'
import { eventually } from '../support/world.ts'

const SILENT = pino({ level: 'silent' })

/** A copy with so many accounts, and what it decides for. */
async function openCopy(url: string, accounts: number) {
  const stores = await openStores(url, systemClock)
  const ids: AccountId[] = []
  for (let i = 0; i < accounts; i += 1) ids.push((await stores.open(`account-${i}`, () => PLAIN)).accountId)
  const open = new Set<AccountId>()
  const cluster = createCluster({
    leases: stores.leases,
    accounts: () => ids,
    async open(id) {
      open.add(id)
      return { close: async () => void open.delete(id) }
    },
    onTime: () => undefined,
    clock: systemClock,
    logger: SILENT,
  })
  await cluster.join()
  await cluster.revise()
  let hasLeft = false
  async function leave(): Promise<void> {
    if (hasLeft) return
    hasLeft = true
    await cluster.leave()
    await stores.close()
  }
  onTestFinished(leave)
  return { cluster, open, ids, leave }
}

/** Every account is some copy's, and only one's. */
function expectShared(copies: readonly { open: ReadonlySet<AccountId>; cluster: Cluster }[], sizes: readonly number[]) {
  const all = copies.flatMap(({ open }) => [...open])
  expect(new Set(all).size).toBe(all.length)
  expect(copies.map(({ open }) => open.size).toSorted((a, b) => b - a)).toEqual(sizes)
  for (const { open, cluster } of copies) expect([...open].every((id) => cluster.isOurs(id))).toBe(true)
}

test('accounts are spread over the copies, and move when one comes or goes', async () => {
  const url = await createDatabase()
  const first = await openCopy(url, 10)
  expectShared([first], [10])
  const second = await openCopy(url, 10)
  await eventually(() => expectShared([first, second], [5, 5]))
  const third = await openCopy(url, 10)
  await eventually(() => expectShared([first, second, third], [4, 4, 2]))
  await first.leave()
  await eventually(() => expectShared([second, third], [5, 5]))
  await second.leave()
  await eventually(() => expectShared([third], [10]))
  expect(third.cluster.check().detail).toBe('decides for 10 of 10 accounts, 1 copies live')
})

test('with fewer accounts than copies, the others stand by', async () => {
  const url = await createDatabase()
  const copies = [await openCopy(url, 1), await openCopy(url, 1), await openCopy(url, 1)]
  await eventually(() => expectShared(copies, [1, 0, 0]))
  expect(copies.map(({ cluster }) => cluster.check().ok)).toEqual([true, true, true])
})

describe('a copy that cannot say that it lives', () => {
  function openLife() {
    const clock = createManualClock()
    const state = { ended: 0, isAnswering: true }
    const never = new Promise<never>(() => undefined)
    const leases: Pick<Leases, 'join' | 'renew'> = {
      join: () => (state.isAnswering ? Promise.resolve() : never),
      renew: () => (state.isAnswering ? Promise.resolve({ now: clock.now(), copies: 1 }) : never),
    }
    const life = createLife({
      leases: leases as Leases,
      onBeat: () => undefined,
      onEnded: () => (state.ended += 1),
      onTime: () => undefined,
      clock,
      logger: SILENT,
    })
    return { clock, life, state }
  }

  test('gives up after three seconds, though the database does not answer at all', async () => {
    const { clock, life, state } = openLife()
    await life.begin()
    state.ended = 0
    state.isAnswering = false
    await clock.pass(2900)
    expect([life.isAlive(), state.ended]).toEqual([true, 0])
    await clock.pass(200)
    expect([life.isAlive(), state.ended]).toEqual([false, 1])
  })

  test('knows it at once when its machine slept: the time of day is further than what it measured', async () => {
    const { clock, life } = openLife()
    await life.begin()
    clock.set(clock.now() + 10_000)
    expect(life.isAlive()).toBe(false)
  })

  test('lives on as long as it is answered', async () => {
    const { clock, life, state } = openLife()
    await life.begin()
    state.ended = 0
    await clock.pass(60_000)
    expect([life.isAlive(), state.ended]).toEqual([true, 0])
  })
})
