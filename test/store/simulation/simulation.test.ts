import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test } from 'vitest'
import type { Value } from '../../../src/store/commit/batch.ts'
import { openStores } from '../../../src/store/stores.ts'
import { agentId, departmentId } from '../../support/events.ts'
import { expectFolds, type Query } from '../../support/fold-journal.ts'
import { createManualClock } from '../../support/manual-clock.ts'
import { connect, createDatabase } from '../../support/postgres.ts'
import { openTestAccount, type TestStore } from '../../support/store.ts'
import { OPEN_TO_ALL, type Rules } from './rules.ts'
import { simulate, type Fleet } from './simulate.ts'
import { MEMBERS } from './team.ts'

const RUNS = process.env.SIMULATIONS
const RUNS_OF_ONE = Number(RUNS ?? 100)
const RUNS_OF_TWO = Number(RUNS ?? 60)
const TIMEOUT_MS = 600_000
const SEED = Number(process.env.SEED ?? 1)
const LIVES_MS = 9000
const ROSTER = {
  agents: [1, 2, 3].map((id) => ({ id: agentId(id), name: `Agent ${id}` })),
  departments: Object.entries(MEMBERS).map(([id, agentIds]) => ({
    id: departmentId(Number(id)),
    name: `D${id}`,
    agentIds,
  })),
}

/** `count` instances on one database. */
async function openInstances(url: string, count: number, query: Query) {
  const clock = createManualClock(1_800_000_000_000)
  const instances = await Promise.all(Array.from({ length: count }, () => openStores(url, clock)))
  for (const { leases } of instances) await leases.join(LIVES_MS)
  onTestFinished(async () => {
    for (const instance of instances) await instance.close()
  })
  return {
    clock,
    /** An account of its own. */
    async openFleet(account: string): Promise<Fleet> {
      for (const { leases } of instances) await leases.renew(LIVES_MS)
      const stores: TestStore[] = []
      let rules: Rules = OPEN_TO_ALL
      for (const instance of instances) stores.push(await openTestAccount(instance, account, () => rules.ofChats))
      const ids = stores.slice(0, 1).map(({ accountId }) => accountId)
      let deciding = 0
      const decider = () => stores[deciding] as TestStore
      /** A commit that is under way locks the account's row, and `take` passes over what is locked. */
      const take = async () => {
        while ((await instances[deciding]?.leases.take(ids, 1))?.length === 0);
      }
      await take()
      await decider().saveRoster(ROSTER, clock.now())
      return {
        stores,
        decider,
        rules: () => rules,
        use: (next) => (rules = next),
        expectFolded: () => expectFolds(query, (stores[0] as TestStore).accountId),
        async takeOver() {
          await instances[deciding]?.leases.release(ids)
          deciding = (deciding + 1) % instances.length
          await take()
          // What is in memory is gone, as after a crash.
          await query(`insert into inbox (account_id) values (${ids.join()})`)
          await decider().drain()
          return decider()
        },
      }
    },
  }
}

/** The driver hands out whole numbers of eight bytes as text. */
function toNumbers(row: Record<string, Value>): Record<string, Value> {
  const isText = new Set([
    'name',
    'data',
    'kind',
    'version',
    'text',
    'event_id',
    'pool',
    'summary',
    'status',
    'state',
    'channel',
  ])
  const isNumber = (column: string, value: Value): boolean =>
    typeof value === 'string' && !isText.has(column) && /^-?\d+$/.test(value)
  const entries = Object.entries(row).map(([column, value]) => [
    column,
    isNumber(column, value) ? Number(value) : value,
  ])
  return Object.fromEntries(entries) as Record<string, Value>
}

/** One seed after the other. For more of them: `SIMULATIONS=500 SEED=1000 npx vitest run test/store/simulation`. */
async function runAll(
  { clock, openFleet }: Awaited<ReturnType<typeof openInstances>>,
  runs: number,
): Promise<string[]> {
  const broken: string[] = []
  for (let seed = SEED; seed < SEED + runs; seed += 1) {
    const fleet = await openFleet(`account-${seed}`)
    broken.push(...(await simulate(seed, fleet, clock)))
    await fleet.expectFolded()
  }
  return broken
}

test(
  `people, webhooks and one instance: no PUT against a person’s act, and no customer left waiting (seed ${SEED})`,
  { timeout: TIMEOUT_MS },
  async () => {
    const directory = await mkdtemp(join(tmpdir(), 'autoassign-simulation-'))
    const path = join(directory, 'test.db')
    let database: DatabaseSync | null = null
    onTestFinished(async () => {
      database?.close()
      await rm(directory, { recursive: true, force: true })
    })
    const query: Query = async (text) => {
      database ??= new DatabaseSync(path, { timeout: 5000 })
      return database.prepare(text).all() as Record<string, Value>[]
    }
    expect(await runAll(await openInstances(`file:${path}`, 1, query), RUNS_OF_ONE)).toEqual([])
  },
)

test(`the same with two instances that die and take over (seed ${SEED})`, { timeout: TIMEOUT_MS }, async () => {
  const url = await createDatabase()
  const client = await connect(url)
  const query: Query = async (text) => (await client.query<Record<string, Value>>(text)).rows.map(toNumbers)
  expect(await runAll(await openInstances(url, 2, query), RUNS_OF_TWO)).toEqual([])
})
