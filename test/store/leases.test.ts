import { Kysely } from 'kysely'
import { Client } from 'pg'
import { describe, expect, test, vi } from 'vitest'
import type { Situation } from '../../src/decision.ts'
import type { AssignmentId } from '../../src/domain.ts'
import { LeaseLost, type Change, type Lease, type Turn } from '../../src/store/contract.ts'
import { createInTransaction } from '../../src/store/account-transaction.ts'
import { createAgentCache } from '../../src/store/agents/agent-cache.ts'
import { openPostgres } from '../../src/store/engines/postgres.ts'
import type { Tables } from '../../src/store/schema.ts'
import { openStores } from '../../src/store/stores.ts'
import { isStillWanted } from '../../src/store/turns/still-wanted.ts'
import { agentId, agentMessage, chatId, snapshotEvent } from '../support/events.ts'
import { decisionFor } from '../support/people.ts'
import { connect } from '../support/postgres.ts'
import { SHORT_LIFE_MS, LONG_LIFE_MS, ROSTER, chooseAnn, NOTHING, openTwoStores } from '../support/two-stores.ts'

const WAIT = { timeout: 10_000, interval: 20 }

describe('who decides', () => {
  test('nobody takes an account from a copy that lives; from one that does not, at once', async () => {
    const { a, b, id } = await openTwoStores()
    expect(await b.leases.take([id], 1)).toEqual([])
    expect(await a.leases.renew(SHORT_LIFE_MS)).toMatchObject({ copies: 2 })
    await vi.waitFor(async () => expect(await b.leases.take([id], 1)).toEqual([id]), WAIT)
    expect(await a.leases.renew(SHORT_LIFE_MS)).toBeNull()
  })

  test('a copy that seems to live for long was there before the database’s clock was set back, and lives no more', async () => {
    const { url, a, b, id } = await openTwoStores()
    const client = await connect(url)
    await client.query('update copy set alive_until = alive_until + 3600000')
    expect(await a.leases.renew(SHORT_LIFE_MS)).toBeNull()
    await b.leases.join(LONG_LIFE_MS)
    expect(await b.leases.renew(LONG_LIFE_MS)).toMatchObject({ copies: 1 })
    expect(await b.leases.take([id], 1)).toEqual([id])
  })

  test('what a copy had in an earlier life of its own is free at once', async () => {
    const { a, id } = await openTwoStores()
    await a.leases.renew(LONG_LIFE_MS)
    await a.leases.join(LONG_LIFE_MS)
    expect(await a.leases.take([id], 1)).toEqual([id])
  })

  test('whoever was replaced can write nothing more', async () => {
    const { b, ofA, ofB, id, clock } = await openTwoStores()
    await ofA.saveRoster(ROSTER, clock.now())
    await ofA.receive(snapshotEvent('chat.new', 1, clock.now()))
    const turn = await ofA.takeTurn(NOTHING, chooseAnn)
    await vi.waitFor(async () => expect(await b.leases.take([id], 1)).toEqual([id]), WAIT)
    const before = await ofB.explain(chatId(1))
    const settlement = { to: 'gone' } as const
    const writes = [
      () => ofA.settle(turn?.assignmentId as AssignmentId, settlement),
      () => ofA.takeTurn(NOTHING, chooseAnn),
      () => ofA.takeIn(),
      () => ofA.saveRoster({ agents: [], departments: [] }, clock.now()),
      () => ofA.reconcile([], clock.now(), 0),
      () => ofA.recordRequest(clock.now()),
      () => ofA.saveHeldUntil(1),
      () => ofA.saveLearnedBurst({ burst: 1, learnedAt: 1 }),
      () => ofA.saveReconciledUntil(1),
    ]
    for (const write of writes) await expect(write).rejects.toThrow(LeaseLost)
    expect(await ofB.explain(chatId(1))).toEqual(before)
    expect(await ofB.listAgents()).toHaveLength(1)
    expect(await ofB.heldUntil()).toBeNull()
    // The same PUT again, by whoever decides now; and a webhook is stored by any copy.
    expect(await ofB.takeTurn(NOTHING, chooseAnn)).toMatchObject({ kind: 'put', agentId: 1 })
    expect(await ofA.receive(snapshotEvent('chat.new', 2, clock.now()))).toBe('accepted')
  })

  test('what was to be written when this copy was replaced is not written once it has the account again', async () => {
    const { url, id, clock } = await openTwoStores()
    const engine = await openPostgres(url, clock)
    const db = new Kysely<Tables>({ dialect: engine.dialect })
    let lease: Lease = { holder: 'an earlier life', fence: 100 }
    await db.updateTable('account').set(lease).execute()
    const inTransaction = createInTransaction({ db, accountId: id, engine }, createAgentCache(), () => lease)
    const again: Lease = { holder: 'a later life', fence: 101 }
    const first = inTransaction(async (tx) => void (await tx.db.updateTable('account').set(again).execute()))
    const second = inTransaction(() => Promise.resolve())
    lease = again
    await first
    await expect(second).rejects.toThrow(LeaseLost)
    await inTransaction(() => Promise.resolve())
    await db.destroy()
    await engine.close()
  })

  test('whoever takes an account again knows what another copy did with its agents meanwhile', async () => {
    const { a, b, ofA, ofB, id, clock } = await openTwoStores()
    await ofA.saveRoster(ROSTER, clock.now())
    const loads: (number | undefined)[] = []
    const look = (situation: Situation) => {
      loads.push(situation.agents[0]?.load)
      return decisionFor(null, situation.chat.id)
    }
    await ofA.receive(snapshotEvent('chat.new', 1, clock.now()))
    await ofA.takeTurn(NOTHING, look)
    await a.leases.leave()
    await b.leases.take([id], 1)
    await ofB.receive(snapshotEvent('chat.assigned', 2, clock.now(), { assigneeId: agentId(1) }))
    await ofB.takeIn()
    await b.leases.leave()
    await a.leases.join(LONG_LIFE_MS)
    await a.leases.take([id], 1)
    await ofA.takeTurn(NOTHING, look)
    expect(loads).toEqual([0, 1])
  })

  test('also where its fence is the same once more, as after a failover that lost its last moments', async () => {
    const { url, a, ofA, id, clock } = await openTwoStores()
    await a.leases.join(LONG_LIFE_MS)
    await a.leases.take([id], 1)
    await ofA.saveRoster(ROSTER, clock.now())
    await ofA.receive(snapshotEvent('chat.new', 1, clock.now()))
    const loads: (number | undefined)[] = []
    const look = (situation: Situation) => {
      loads.push(situation.agents[0]?.load)
      return decisionFor(null, situation.chat.id)
    }
    await ofA.takeTurn(NOTHING, look)
    const database = await connect(url)
    await database.query('update account set fence = fence - 1, holder = null; update agent set load = 500')
    await a.leases.release([id])
    await a.leases.take([id], 1)
    await ofA.takeTurn(NOTHING, look)
    expect(loads).toEqual([0, 5])
  })

  test('that something was taken in is told, also where nothing is to decide: it may be due sooner', async () => {
    const { ofA, ofB, clock } = await openTwoStores()
    await ofB.receive(agentMessage(1, 1, clock.now()))
    const changes: Change[] = []
    ofA.onChange((change) => changes.push(change))
    await ofA.takeIn()
    const taken = changes.filter(({ arrivals }) => arrivals !== undefined)
    expect(taken).toMatchObject([{ hasWork: true }])
  })

  test('what any copy has acknowledged is known to the next decision', async () => {
    const { ofA, ofB, clock } = await openTwoStores()
    await ofA.saveRoster(ROSTER, clock.now())
    await ofA.receive(snapshotEvent('chat.new', 1, clock.now()))
    await ofA.takeIn()
    await ofB.receive(snapshotEvent('chat.assigned', 1, clock.now() + 1000, { assigneeId: agentId(9) }))
    expect(await ofA.takeTurn(NOTHING, chooseAnn)).toBeNull()
  })

  test('a person who takes a chat while it is decided, at another copy, keeps it', async () => {
    const { url, ofA, ofB, clock } = await openTwoStores()
    await ofA.saveRoster(ROSTER, clock.now())
    await ofA.receive(snapshotEvent('chat.new', 1, clock.now()))
    await ofA.takeIn()
    const taken = snapshotEvent('chat.assigned', 1, clock.now() + 1000, { assigneeId: agentId(9) })
    // Holds the turn up, after it has read all that it reads, when it is to write whom it has chosen.
    const client = new Client(url)
    await client.connect()
    await client.query('begin; select * from agent for update')
    const { promise: isChosen, resolve } = Promise.withResolvers<void>()
    const turn = ofA.takeTurn(NOTHING, (situation) => {
      resolve()
      return chooseAnn(situation)
    })
    await isChosen
    expect(await ofB.receive(taken)).toBe('accepted')
    await client.query('commit')
    await client.end()
    expect(await turn).toBeNull()
    expect(await ofA.takeTurn(NOTHING, chooseAnn)).toBeNull()
    expect((await ofA.explain(chatId(1)))?.assignments[0]?.state).toBe('superseded')
  })

  test('nor is a PUT still wanted of a chat that became doubtful: an agent wrote in it while it was decided', async () => {
    const { url, ofA, ofB, id, clock } = await openTwoStores()
    await ofA.saveRoster(ROSTER, clock.now())
    await ofA.receive(snapshotEvent('chat.new', 1, clock.now()))
    const turn = (await ofA.takeTurn(NOTHING, chooseAnn)) as Extract<Turn, { kind: 'put' }>
    const engine = await openPostgres(url, clock)
    const db = new Kysely<Tables>({ dialect: engine.dialect })
    const isWanted = () => isStillWanted({ db, accountId: id, engine }, turn)
    expect(await isWanted()).toBe(true)
    await ofB.receive(agentMessage(1, 9, clock.now() + 1000))
    expect(await isWanted()).toBe(false)
    await ofA.takeIn()
    expect(await isWanted()).toBe(false)
    await db.destroy()
    await engine.close()
  })

  test('the same event at two copies at the same moment is accepted once', async () => {
    const { ofA, ofB, clock } = await openTwoStores()
    const events = Array.from({ length: 200 }, (_, index) => snapshotEvent('chat.new', index + 1, clock.now()))
    const answers = await Promise.all([
      ...events.map((event) => ofA.receive(event)),
      ...events.toReversed().map((event) => ofB.receive(event)),
    ])
    expect(answers.filter((answer) => answer === 'accepted')).toHaveLength(200)
  })

  test('a command line tool’s change reaches the copy that decides', async () => {
    const { url, a, ofA, clock } = await openTwoStores()
    await ofA.saveRoster(ROSTER, clock.now())
    let freed = 0
    ofA.onChange(({ hasFreed }) => (freed += hasFreed ? 1 : 0))
    await using tool = await openStores(url, clock, 'beside a service')
    expect(await (await tool.find('default'))?.pauseAgent(agentId(1), Number.MAX_SAFE_INTEGER)).toBe('done')
    await a.noticeOthers()
    await vi.waitFor(() => expect(freed).toBeGreaterThan(0), WAIT)
    await ofA.receive(snapshotEvent('chat.new', 1, clock.now()))
    let paused: unknown = null
    await ofA.takeTurn(NOTHING, (situation) => {
      paused = situation.agents[0]?.pausedUntil
      return decisionFor(null, situation.chat.id)
    })
    expect(paused).toBe(Number.MAX_SAFE_INTEGER)
  })
})
