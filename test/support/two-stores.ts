import { expect, onTestFinished } from 'vitest'
import type { Situation } from '../../src/decision.ts'
import { openStores } from '../../src/store/stores.ts'
import { agentId } from './events.ts'
import { createManualClock } from './manual-clock.ts'
import { decisionFor } from './people.ts'
import { createDatabase } from './postgres.ts'
import { openTestAccount } from './store.ts'

/** How long a heartbeat lasts: over before a test is, ... */
export const SHORT_LIFE_MS = 300
/** ... and not before. */
export const LONG_LIFE_MS = 10_000
export const ROSTER = { agents: [{ id: agentId(1), name: 'Ann' }], departments: [] }
/** Chooses agent 1 for every chat, unless they are paused. */
export const chooseAnn = ({ chat, agents }: Situation) =>
  decisionFor(agents.some(({ id, pausedUntil }) => id === 1 && pausedUntil === null) ? agentId(1) : null, chat.id)
export const NOTHING = { pools: [], assignments: [] }

/** Two instances on one database; `a` decides. */
export async function openTwoStores() {
  const url = await createDatabase()
  const clock = createManualClock()
  const [a, b] = [await openStores(url, clock), await openStores(url, clock)]
  onTestFinished(async () => {
    await a.close()
    await b.close()
  })
  const ofA = await openTestAccount(a, 'default')
  const ofB = await openTestAccount(b, 'default')
  const id = ofA.accountId
  await a.leases.join(SHORT_LIFE_MS)
  await b.leases.join(LONG_LIFE_MS)
  expect(await a.leases.take([id], 1)).toEqual([id])
  return { url, clock, a, b, ofA, ofB, id }
}
