import { openTestAccount, type TestStore } from '../../support/store.ts'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openStores } from '../../../src/store/stores.ts'
import { agentId } from '../../support/events.ts'
import { createManualClock } from '../../support/manual-clock.ts'
import { createDatabase } from '../../support/postgres.ts'
import { simulate, type Fleet } from './simulate.ts'

const RUNS = process.env.SIMULATIONS
const RUNS_OF_ONE = Number(RUNS ?? 200)
const RUNS_OF_TWO = Number(RUNS ?? 60)
const TIMEOUT_MS = 600_000
const SEED = Number(process.env.SEED ?? 1)
const LIVES_MS = 10_000
const ROSTER = { agents: [1, 2, 3].map((id) => ({ id: agentId(id), name: `Agent ${id}` })), departments: [] }

/** So many copies on one database. */
async function openCopies(url: string, count: number) {
  const clock = createManualClock(1_800_000_000_000)
  const copies = await Promise.all(Array.from({ length: count }, () => openStores(url, clock)))
  for (const { leases } of copies) await leases.join(LIVES_MS)
  const beat = setInterval(() => {
    for (const { leases } of copies) void leases.renew(LIVES_MS).catch(() => undefined)
  }, LIVES_MS / 10)
  onTestFinished(async () => {
    clearInterval(beat)
    for (const copy of copies) await copy.close()
  })
  return {
    clock,
    /** An account of its own. */
    async openFleet(account: string): Promise<Fleet> {
      const stores: TestStore[] = []
      for (const copy of copies) stores.push(await openTestAccount(copy, account))
      const ids = stores.slice(0, 1).map(({ accountId }) => accountId)
      let deciding = 0
      const decider = () => stores[deciding] as TestStore
      await copies[0]?.leases.take(ids, 1)
      await decider().saveRoster(ROSTER, clock.now())
      return {
        stores,
        decider,
        async takeOver() {
          await copies[deciding]?.leases.release(ids)
          deciding = (deciding + 1) % copies.length
          await copies[deciding]?.leases.take(ids, 1)
          return decider()
        },
      }
    },
  }
}

/** One seed after the other; others, and more of them: `SIMULATIONS=500 SEED=1000 npx vitest run test/store/simulation`. */
async function runAll({ clock, openFleet }: Awaited<ReturnType<typeof openCopies>>, runs: number): Promise<string[]> {
  const broken: string[] = []
  for (let seed = SEED; seed < SEED + runs; seed += 1) {
    broken.push(...(await simulate(seed, await openFleet(`account-${seed}`), clock)))
  }
  return broken
}

test(
  `people, webhooks and one copy: no PUT against what a person did, nobody left waiting (seed ${SEED})`,
  { timeout: TIMEOUT_MS },
  async () => {
    const directory = await mkdtemp(join(tmpdir(), 'autoassign-simulation-'))
    onTestFinished(() => rm(directory, { recursive: true, force: true }))
    expect(await runAll(await openCopies(`file:${join(directory, 'test.db')}`, 1), RUNS_OF_ONE)).toEqual([])
  },
)

test(`and two copies that die and take over (seed ${SEED})`, { timeout: TIMEOUT_MS }, async () => {
  expect(await runAll(await openCopies(await createDatabase(), 2), RUNS_OF_TWO)).toEqual([])
})
