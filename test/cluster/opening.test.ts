import { pino } from 'pino'
import { expect, test } from 'vitest'
import { createCluster } from '../../src/cluster/cluster.ts'
import type { AccountId } from '../../src/domain.ts'
import { createManualClock } from '../support/manual-clock.ts'

test('an instance renews its heartbeat while it opens many accounts, and keeps them', async () => {
  const clock = createManualClock()
  const accounts = Array.from({ length: 20 }, (_each, index) => index as AccountId)
  let lives = 0
  const cluster = createCluster({
    leases: {
      isShared: true,
      join: async () => void (lives += 1),
      renew: async () => ({ now: clock.now(), instances: 1 }),
      take: async (ids, most) => ids.slice(0, most),
      free: async () => [],
      compare: async () => null,
      release: async () => undefined,
      leave: async () => undefined,
      onFreed: () => undefined,
    },
    accounts: () => accounts,
    // Ten seconds for all of them: far longer than a heartbeat lasts.
    open: () => new Promise((resolve) => void clock.after(500, () => resolve({ close: () => Promise.resolve() }))),
    onTime: () => undefined,
    clock,
    logger: pino({ level: 'silent' }),
  })
  await cluster.join()
  void cluster.revise()
  await clock.pass(11_000)
  expect(accounts.filter((id) => !cluster.holdsLease(id))).toEqual([])
  expect(lives).toBe(1)
  await cluster.leave()
})

test('a worker that opened when its lease was in doubt is opened again once the heartbeat is renewed', async () => {
  const clock = createManualClock()
  const answerAfter = (ms: number) => new Promise<void>((resolve) => void clock.after(ms, resolve))
  const only = 1 as AccountId
  let isHolder = false
  let renewals = 0
  let opens = 0
  const { promise: isOpened, resolve: open } = Promise.withResolvers<void>()
  const cluster = createCluster({
    leases: {
      isShared: true,
      join: async () => undefined,
      async renew() {
        renewals += 1
        // The database stands still for almost as long as another instance waits before it takes over.
        await answerAfter(renewals === 1 ? 200 : renewals === 2 ? 2450 : 1)
        return { now: clock.now(), instances: 1 }
      },
      async take(ids) {
        if (isHolder) return []
        isHolder = true
        return [...ids]
      },
      free: async () => [],
      compare: async () => ({ ours: isHolder ? [only] : [], unknown: [] }),
      release: async () => void (isHolder = false),
      leave: async () => undefined,
      onFreed: () => undefined,
    },
    accounts: () => [only],
    async open() {
      opens += 1
      await isOpened
      return { close: async () => undefined }
    },
    onTime: () => undefined,
    clock,
    logger: pino({ level: 'silent' }),
  })
  const joining = cluster.join()
  await clock.pass(200)
  await joining
  void cluster.revise()
  await clock.pass(2900)
  expect(cluster.holdsLease(only)).toBe(false)
  open()
  await clock.pass(5000)
  expect([cluster.holdsLease(only), cluster.check().detail]).toEqual([
    true,
    'decides for 1 of 1 accounts, 1 instances are alive',
  ])
  expect(opens).toBe(2)
})
