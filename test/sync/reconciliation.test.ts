import { pino } from 'pino'
import { expect, test } from 'vitest'
import type { Lane } from '../../src/rate-limit/contract.ts'
import type { HelpCrunch } from '../../src/helpcrunch/contract.ts'
import type { SearchStore } from '../../src/store/contract.ts'
import { createReconciliation } from '../../src/sync/reconciliation.ts'
import { createManualClock } from '../support/manual-clock.ts'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE
const INTERVAL_MS = 5 * MINUTE

/** An account without chats; `searches` has the start of each search. */
function open() {
  const clock = createManualClock()
  const searches: { since: number; at: number }[] = []
  const state = { until: null as number | null, isFailing: false }
  const client = {
    async searchChats(since: number) {
      searches.push({ since, at: clock.now() })
      if (state.isFailing) return { kind: 'failed', reason: 'HTTP 500' }
      return { kind: 'ok', body: { entries: [], size: 0 }, answeredAt: clock.now() }
    },
  } as unknown as HelpCrunch
  const lane = { request: (_priority: string, request: () => unknown) => request() } as unknown as Lane
  const store: SearchStore = {
    reconcile: async () => ({ opened: 0, corrected: 0, leftAlone: 0 }),
    reconciledUntil: async () => state.until,
    saveReconciledUntil: async (until) => void (state.until = until),
  }
  const reconciliation = createReconciliation({
    client,
    lane,
    store,
    intervalMs: INTERVAL_MS,
    lookbackMs: 60 * MINUTE,
    clock,
    random: () => 1,
    logger: pino({ level: 'silent' }),
  })
  return { clock, searches, state, reconciliation }
}

test('the first search reaches seven days back', async () => {
  const { clock, searches, reconciliation } = open()
  await reconciliation.run()
  expect(searches).toEqual([{ since: clock.now() - 7 * DAY, at: clock.now() }])
})

test('each search overlaps the last one by two minutes, for webhooks under way and clocks that differ', async () => {
  const { clock, searches, state, reconciliation } = open()
  await reconciliation.run()
  const { until } = state
  await clock.pass(INTERVAL_MS)
  await clock.pass(0)
  expect(searches).toHaveLength(2)
  expect(searches[1]?.since).toBe((until ?? 0) - 2 * MINUTE)
})

test('after a search that failed, the next one has the same start', async () => {
  const { clock, searches, state, reconciliation } = open()
  await reconciliation.run()
  const { until } = state
  state.isFailing = true
  await clock.pass(INTERVAL_MS)
  state.isFailing = false
  await clock.pass(INTERVAL_MS)
  expect(state.until).toBeGreaterThan(until ?? 0)
  expect(searches.slice(1).map(({ since }) => since)).toEqual([1, 2].map(() => (until ?? 0) - 2 * MINUTE))
})
