import { openTestAccount } from '../support/store.ts'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { ChatPolicy } from '../../src/decision.ts'
import type { Step } from '../../src/core/contract.ts'
import { PLAIN } from '../../src/core/plain-policy.ts'
import { openStores } from '../../src/store/stores.ts'
import { agentId, chatId, snapshotEvent } from '../support/events.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { connect, createDatabase } from '../support/postgres.ts'
import { openTestStore } from '../support/store.ts'
import { storeContract } from './store.contract.ts'
import { ROSTER, chooseAnn, NOTHING } from '../support/two-stores.ts'

async function open(policy?: () => ChatPolicy) {
  const url = await createDatabase()
  const clock = createManualClock()
  let { store, stores } = await openTestStore(url, clock, policy)
  onTestFinished(() => stores.close())
  async function reopen() {
    await stores.leases.leave()
    await stores.close()
    ;({ store, stores } = await openTestStore(url, clock, policy))
    return store
  }
  return { store, stores, clock, reopen }
}

describe('the store on PostgreSQL', () => {
  storeContract(open)
})

test('a dead letter that a command line tool replays, without the routing file, keeps its priority', async () => {
  const url = await createDatabase()
  const clock = createManualClock()
  const urgent: ChatPolicy = { ...PLAIN, priorityMsOf: (labels) => (labels.includes('urgent') ? 60_000 : 0) }
  const labelled: ChatPolicy = {
    ...urgent,
    labelsSaidIn: (text) => [text],
    classifyKnown: ({ saidLabels }) => saidLabels,
  }
  const { store, stores } = await openTestStore(url, clock, () => labelled)
  onTestFinished(() => stores.close())
  await store.saveRoster(ROSTER, clock.now())
  const event = snapshotEvent('chat.new', 1, clock.now())
  await store.receive({ ...event, facts: { ...event.facts, text: 'urgent' } })
  const turn = (await store.takeStep(NOTHING, chooseAnn)) as Step
  await store.settle(turn.assignmentId, { to: 'dead', reason: 'HTTP 500' })
  clock.advance(1000)
  await store.receive(snapshotEvent('chat.new', 2, clock.now()))
  clock.advance(1000)
  await using tool = await openStores(url, clock, 'beside a service')
  expect(await (await tool.find('default'))?.replay(turn.assignmentId)).toBe('replayed')
  expect(await store.takeStep(NOTHING, chooseAnn)).toMatchObject({ kind: 'put', chatId: 1 })
})

test('ten instances that start at once on an empty database all find its schema', async () => {
  const url = await createDatabase()
  const instances = await Promise.all(Array.from({ length: 10 }, () => openStores(url, createManualClock())))
  const stores = await Promise.all(instances.map((instance) => openTestAccount(instance, 'default')))
  expect(new Set(stores.map(({ accountId }) => accountId)).size).toBe(1)
  for (const instance of instances) await instance.close()
})

test('a command line tool makes no tables in a database where no service has run', async () => {
  const url = await createDatabase()
  await expect(openStores(url, createManualClock(), 'beside a service')).rejects.toThrow(
    'DATABASE_URL: this service has never run on this database',
  )
  const { rows } = await (await connect(url)).query(`select 1 from pg_tables where schemaname = 'public'`)
  expect(rows).toEqual([])
})

test('a command line tool does not upgrade the schema of an older version', async () => {
  const url = await createDatabase()
  await (await openStores(url, createManualClock())).close()
  await (await connect(url)).query('delete from kysely_migration')
  await expect(openStores(url, createManualClock(), 'beside a service')).rejects.toThrow(
    'the database was made by an older version of this service; start this version with it first',
  )
})

test('characters that PostgreSQL cannot store are left out', async () => {
  const { store, clock } = await open()
  await store.saveRoster({ agents: [{ id: agentId(1), name: 'A\0nn \ud800!' }], departments: [] }, clock.now())
  expect((await store.listAgents())[0]?.name).toBe('Ann \ufffd!')
})

test('accounts in one database know nothing of each other', async () => {
  const { stores, store, clock } = await open()
  const other = await openTestAccount(stores, 'other')
  await stores.leases.take([other.accountId], 1)
  await store.saveRoster(ROSTER, clock.now())
  await store.receive(snapshotEvent('chat.new', 1, clock.now()))
  await store.drain()
  expect(await other.listAgents()).toEqual([])
  expect(await other.explain(chatId(1))).toBeNull()
  expect(await other.takeStep(NOTHING, chooseAnn)).toBeNull()
  expect(await other.receive({ ...snapshotEvent('chat.new', 1, clock.now()) })).toBe('accepted')
  await other.drain()
  expect(await stores.countOpen()).toEqual(
    new Map([
      [store.accountId, { waiting: 1, decided: 0 }],
      [other.accountId, { waiting: 1, decided: 0 }],
    ]),
  )
})

test('a wrong password stops the start with one line, and is not in it', async () => {
  const url = new URL(await createDatabase())
  url.username = 'unknown_user'
  url.password = 'a-secret-password'
  const opening = openStores(url.href, createManualClock())
  await expect(opening).rejects.toThrow(/^DATABASE_URL: cannot work with PostgreSQL: /)
  await expect(opening).rejects.not.toThrow(/a-secret-password/)
})

test('a database that can only be read stops the start', async () => {
  const url = new URL(await createDatabase())
  url.searchParams.set('options', '-c default_transaction_read_only=on')
  await expect(openStores(url.href, createManualClock())).rejects.toThrow(/it can only be read/)
})
