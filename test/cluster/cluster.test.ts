import { pino } from 'pino'
import { expect, onTestFinished, test } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { createCluster, type Cluster } from '../../src/cluster/cluster.ts'
import type { AccountId } from '../../src/domain.ts'
import type { Leases } from '../../src/store/contract.ts'
import { openTestAccount } from '../support/store.ts'
import { openStores } from '../../src/store/stores.ts'
import { connect, createDatabase } from '../support/postgres.ts'
import { eventually } from '../support/world.ts'

const SILENT = pino({ level: 'silent' })

/** An instance with `accounts` accounts in its file, and those that it decides for. */
async function openInstance(
  url: string,
  accounts: number,
  { serves = accounts, fail, onOpen = () => false }: { serves?: number; fail?: Failure; onOpen?: () => boolean } = {},
) {
  const stores = await openStores(url, systemClock)
  const ids: AccountId[] = []
  for (let i = 0; i < accounts; i += 1) ids.push((await openTestAccount(stores, `account-${i}`)).accountId)
  const open = new Set<AccountId>()
  const cluster = createCluster({
    leases: fail === undefined ? stores.leases : failOnce(stores.leases, fail),
    accounts: () => ids.slice(0, serves),
    async open(id) {
      if (onOpen()) throw new Error('not this time')
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

/** Every account belongs to exactly one instance; the instances have so many each. */
function expectShared(
  instances: readonly { open: ReadonlySet<AccountId>; cluster: Cluster }[],
  sizes: readonly number[],
) {
  const all = instances.flatMap(({ open }) => [...open])
  expect(new Set(all).size).toBe(all.length)
  expect(instances.map(({ open }) => open.size).toSorted((a, b) => b - a)).toEqual(sizes)
  for (const { open, cluster } of instances) expect([...open].every((id) => cluster.holdsLease(id))).toBe(true)
}

test('accounts are spread over the instances, and move when one comes or goes', async () => {
  const url = await createDatabase()
  const first = await openInstance(url, 10)
  expectShared([first], [10])
  const second = await openInstance(url, 10)
  await eventually(() => expectShared([first, second], [5, 5]))
  const third = await openInstance(url, 10)
  await eventually(() => expectShared([first, second, third], [4, 4, 2]))
  await first.leave()
  await eventually(() => expectShared([second, third], [5, 5]))
  await second.leave()
  await eventually(() => expectShared([third], [10]))
  expect(third.cluster.check().detail).toBe('decides for 10 of 10 accounts, 1 instances are alive')
})

test('with fewer accounts than instances, the others stand by', async () => {
  const url = await createDatabase()
  const instances = [await openInstance(url, 1), await openInstance(url, 1), await openInstance(url, 1)]
  await eventually(() => expectShared(instances, [1, 0, 0]))
  expect(instances.map(({ cluster }) => cluster.check().ok)).toEqual([true, true, true])
})

type Failure = { what: 'take' | 'release'; is: 'not answered' | 'refused' }

/** A database that fails once: after it has done what was asked, or before. */
function failOnce(leases: Leases, { what, is }: Failure): Leases {
  let isDue = true
  const failing =
    <Arguments extends unknown[], Result>(work: (...given: Arguments) => Promise<Result>) =>
    async (...given: Arguments): Promise<Result> => {
      const isFailing = isDue
      isDue = false
      if (isFailing && is === 'refused') throw new Error('the database refused')
      const result = await work(...given)
      if (isFailing) throw new Error('the connection was lost')
      return result
    }
  return what === 'take' ? { ...leases, take: failing(leases.take) } : { ...leases, release: failing(leases.release) }
}

test('an account is taken again where the answer to the taking of its lease was lost', async () => {
  const url = await createDatabase()
  const instance = await openInstance(url, 2, { fail: { what: 'take', is: 'not answered' } })
  expect(instance.open.size).toBe(0)
  await eventually(() => expectShared([instance], [2]))
})

test('such an account is taken also if another instance starts before that', async () => {
  const url = await createDatabase()
  const first = await openInstance(url, 4, { fail: { what: 'take', is: 'not answered' } })
  expect(first.open.size).toBe(0)
  const second = await openInstance(url, 4)
  await eventually(() => expectShared([first, second], [2, 2]))
})

test('an instance that the database no longer names as an account’s holder takes the account again', async () => {
  const url = await createDatabase()
  let opened = 0
  const instance = await openInstance(url, 2, { onOpen: () => (opened += 1) < 0 })
  expectShared([instance], [2])
  const database = await connect(url)
  // As after the database was restored, or lost its last moments when its standby was promoted.
  await database.query(`update account set fence = fence + 1 where name = 'account-0'`)
  await database.query(`update account set holder = null where name = 'account-1'`)
  await eventually(() => expect(opened).toBe(4))
  await eventually(() => expectShared([instance], [2]))
})

test.for(['not answered', 'refused'] as const)(
  'accounts whose release was %s belong to another instance in the end',
  async (is) => {
    const url = await createDatabase()
    const first = await openInstance(url, 4, { fail: { what: 'release', is } })
    expect(first.open.size).toBe(4)
    const second = await openInstance(url, 4)
    await eventually(() => expectShared([first, second], [2, 2]))
  },
)

test('an account that another instance cannot serve goes back to one that can', async () => {
  const url = await createDatabase()
  const first = await openInstance(url, 2)
  const second = await openInstance(url, 2, { serves: 0 })
  // It is given up for the other's part first.
  await eventually(() => expectShared([first, second], [1, 0]))
  await eventually(() => expectShared([first, second], [2, 0]))
  expect(first.cluster.check().detail).toBe('decides for 2 of 2 accounts, 2 instances are alive')
})

test('an account that cannot be opened is left to other instances for two seconds', async () => {
  const url = await createDatabase()
  const openedAt: number[] = []
  const instance = await openInstance(url, 1, { onOpen: () => openedAt.push(performance.now()) < 3 })
  await eventually(() => expectShared([instance], [1]))
  const [first, second, third] = openedAt as [number, number, number]
  expect(Math.min(second - first, third - second)).toBeGreaterThan(1900)
})
