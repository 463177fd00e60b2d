import { Kysely } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import type { Clock } from '../../src/domain.ts'
import { PLAIN } from '../../src/core/plain-policy.ts'
import { findOrAddAccount } from '../../src/store/account-row.ts'
import { openAccountStore } from '../../src/store/account/open-store.ts'
import { createAssignmentIds } from '../../src/store/assignment-ids.ts'
import { StoreUnavailable } from '../../src/store/contract.ts'
import type { Engine } from '../../src/store/engines/engine.ts'
import { createHealth } from '../../src/store/health.ts'
import { createReception } from '../../src/store/inbox/reception.ts'
import { ALL_OURS } from '../../src/store/leases.ts'
import type { Tables } from '../../src/store/schema.ts'
import { createChance } from '../simulation/chance.ts'
import { createDatabase } from '../simulation/database.ts'
import { createProcess } from '../simulation/process.ts'
import { agentId, snapshotEvent } from '../support/events.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { decisionFor } from '../support/people.ts'

const NOTHING = { pools: new Set<string>(), assignments: new Set<never>() }

async function open(engine: Engine, clock: Clock) {
  const db = new Kysely<Tables>({ dialect: engine.dialect })
  const health = createHealth(engine, clock)
  const onLeft = (): void => undefined
  const { store, settled } = openAccountStore({
    engine,
    role: 'the service',
    db,
    reportDb: db,
    accountId: await findOrAddAccount(db, 'default'),
    inForce: () => ({ policy: PLAIN, route: ({ chat }) => decisionFor(agentId(1), chat.id) }),
    health,
    clock,
    leases: ALL_OURS,
    ids: createAssignmentIds(engine, db, health.answer),
    reception: createReception({ engine, health, clock, onLeft }),
    logger: { error: onLeft },
    onLeft,
  })
  onTestFinished(settled)
  return store
}

test('a takeover during which the database refuses is made up for, and stands in the journal', async () => {
  const clock = createManualClock()
  const database = await createDatabase(clock, createChance(1), false)
  onTestFinished(database.close)
  database.calm()
  const engine = database.engineOf(createProcess(clock))
  const before = await open(engine, clock)
  await before.saveRoster({ agents: [{ id: agentId(1), name: 'Ann' }], departments: [] }, clock.now())
  await before.receive(snapshotEvent('chat.new', 1, clock.now()))
  const put = await before.next(NOTHING, () => ({}))
  expect(put?.step.kind).toBe('put')
  await put?.committed

  let isRefusing = true
  const read: Engine['read'] = (text, values) =>
    isRefusing && text.includes('from policy') ? Promise.reject(database.refusal()) : engine.read(text, values)
  const store = await open({ ...engine, read }, clock)
  await expect(store.next(NOTHING, () => ({}))).rejects.toThrow(StoreUnavailable)
  isRefusing = false
  const fetch = await store.next(NOTHING, () => ({}))
  expect(fetch?.step).toMatchObject({ kind: 'fetch', chatId: 1 })
  await fetch?.committed
  const takeovers = await database.query(`select data from journal where kind = 'takeover' order by seq`)
  expect(takeovers.map(({ data }) => String(data))).toEqual([
    expect.stringContaining('"decided":[]'),
    expect.stringContaining('"chatId":1'),
  ])
})
