import { pino } from 'pino'
import { expect, test } from 'vitest'
import { createCluster } from '../../src/cluster/cluster.ts'
import type { AccountId } from '../../src/domain.ts'
import { createManualClock } from '../support/manual-clock.ts'

test('a copy that opens many accounts goes on saying that it lives, and keeps them', async () => {
  const clock = createManualClock()
  const accounts = Array.from({ length: 20 }, (_each, index) => index as AccountId)
  let lives = 0
  const cluster = createCluster({
    leases: {
      isShared: true,
      join: async () => void (lives += 1),
      renew: async () => ({ now: clock.now(), copies: 1 }),
      take: async (ids, most) => ids.slice(0, most),
      free: async () => [],
      release: async () => undefined,
      leave: async () => undefined,
      onFreed: () => undefined,
    },
    accounts: () => accounts,
    // Ten seconds for all of them: far longer than a copy may be silent.
    open: () => new Promise((resolve) => void clock.after(500, () => resolve({ close: () => Promise.resolve() }))),
    onTime: () => undefined,
    clock,
    logger: pino({ level: 'silent' }),
  })
  await cluster.join()
  void cluster.revise()
  await clock.pass(11_000)
  expect(accounts.filter((id) => !cluster.isOurs(id))).toEqual([])
  expect(lives).toBe(1)
  await cluster.leave()
})
