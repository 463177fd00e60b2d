import { Client } from 'pg'
import { describe, expect, test, vi } from 'vitest'
import type { Situation } from '../../src/decision.ts'
import type { AssignmentId } from '../../src/domain.ts'
import type { Batch } from '../../src/store/commit/batch.ts'
import { LeaseLost, type Notice, type Lease } from '../../src/store/contract.ts'
import { openPostgres } from '../../src/store/engines/postgres.ts'
import { openStores } from '../../src/store/stores.ts'
import { agentId, agentMessage, chatId, snapshotEvent } from '../support/events.ts'
import { decisionFor } from '../support/people.ts'
import { connect } from '../support/postgres.ts'
import { SHORT_LIFE_MS, LONG_LIFE_MS, ROSTER, chooseAnn, NOTHING, openTwoStores } from '../support/two-stores.ts'

const WAIT = { timeout: 10_000, interval: 20 }

describe('of two instances one decides', () => {
  test('no instance takes an account from one that is alive; from one that is not, it takes it at once', async () => {
    const { a, b, id } = await openTwoStores()
    expect(await b.leases.take([id], 1)).toEqual([])
    expect(await a.leases.renew(SHORT_LIFE_MS)).toMatchObject({ instances: 2 })
    await vi.waitFor(async () => expect(await b.leases.take([id], 1)).toEqual([id]), WAIT)
    expect(await a.leases.renew(SHORT_LIFE_MS)).toBeNull()
  })

  test('a heartbeat that expires far ahead is from before the clock was set back, and does not count', async () => {
    const { url, a, b, id } = await openTwoStores()
    const client = await connect(url)
    await client.query('update copy set alive_until = alive_until + 3600000')
    expect(await a.leases.renew(SHORT_LIFE_MS)).toBeNull()
    await b.leases.join(LONG_LIFE_MS)
    expect(await b.leases.renew(LONG_LIFE_MS)).toMatchObject({ instances: 1 })
    expect(await b.leases.take([id], 1)).toEqual([id])
  })

  test('the accounts that an instance had before it joined anew are free at once', async () => {
    const { a, id } = await openTwoStores()
    await a.leases.renew(LONG_LIFE_MS)
    await a.leases.join(LONG_LIFE_MS)
    expect(await a.leases.take([id], 1)).toEqual([id])
  })

  test('an instance that was replaced can write nothing more', async () => {
    const { b, ofA, ofB, id, clock } = await openTwoStores()
    await ofA.saveRoster(ROSTER, clock.now())
    await ofA.receive(snapshotEvent('chat.new', 1, clock.now()))
    const turn = await ofA.takeStep(NOTHING, chooseAnn)
    await vi.waitFor(async () => expect(await b.leases.take([id], 1)).toEqual([id]), WAIT)
    const before = await ofB.explain(chatId(1))
    const settlement = { to: 'gone' } as const
    const writes = [
      () => ofA.settle(turn?.assignmentId as AssignmentId, settlement),
      () => ofA.takeStep(NOTHING, chooseAnn),
      () => ofA.drain(),
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
    // The PUT may have left, so the new decider fetches the chat; and any instance stores webhooks.
    expect(await ofB.takeStep(NOTHING, chooseAnn)).toMatchObject({ kind: 'fetch', chatId: 1 })
    expect(await ofA.receive(snapshotEvent('chat.new', 2, clock.now()))).toBe('accepted')
  })

  test('a batch is written whole while its lease holds, and not at all after the holder or fence changed', async () => {
    const { url, id, clock } = await openTwoStores()
    const engine = await openPostgres(url, clock)
    const database = await connect(url)
    const [lease] = (await database.query<Lease>('select holder, fence::int from account')).rows as [Lease]
    const batch = (sentAt: number, held: Lease): Batch => ({
      accountId: id,
      lease: held,
      account: [sentAt, 0, null, null, null, null, null],
      rows: { request: [[id, sentAt]], journal: [[id, sentAt, sentAt, 'policy', '{}']] },
      inboxIds: [],
      erasedCustomers: [],
      isNewRoster: false,
      forgetRequestsBefore: null,
    })
    await engine.commit(batch(1, lease))
    await expect(engine.commit(batch(2, { ...lease, holder: 'another instance' }))).rejects.toThrow(LeaseLost)
    await expect(engine.commit(batch(3, { ...lease, fence: lease.fence - 1 }))).rejects.toThrow(LeaseLost)
    const { rows } = await database.query(
      'select waiting::int, sent_at::int, seq::int from account, request, journal where account.id = $1',
      [id],
    )
    expect(rows).toEqual([{ waiting: 1, sent_at: 1, seq: 1 }])
    await engine.close()
  })

  test('a batch whose lease is lost deletes nothing either, and leaves its rows in the inbox', async () => {
    const { url, id, clock } = await openTwoStores()
    const engine = await openPostgres(url, clock)
    const database = await connect(url)
    const [lease] = (await database.query<Lease>('select holder, fence::int from account')).rows as [Lease]
    await database.query(`
      insert into inbox (account_id, chat_id, data) values (${id}, 1, '{}');
      insert into customer (account_id, customer_id, read_at, data) values (${id}, 7, 1, '{}');
      insert into customer_agent (account_id, customer_id, agent_id, at, forget_at) values (${id}, 7, 1, 1, 1);
      insert into department (account_id, id, name) values (${id}, 10, 'Sales');
      insert into department_member (account_id, department_id, agent_id) values (${id}, 10, 1);
      insert into request (account_id, sent_at) values (${id}, 1)
    `)
    const tables = ['inbox', 'customer', 'customer_agent', 'department', 'department_member', 'request']
    const counts = async () => {
      const { rows } = await database.query(
        tables.map((table) => `select '${table}' as name, count(*)::int from ${table}`).join(' union all '),
      )
      return Object.fromEntries(rows.map(({ name, count }: { name: string; count: number }) => [name, count]))
    }
    const all = (count: number) => Object.fromEntries(tables.map((table) => [table, count]))
    const [row] = (await database.query<{ id: number }>('select id::int from inbox')).rows as [{ id: number }]
    const batch = (held: Lease): Batch => ({
      accountId: id,
      lease: held,
      account: [0, 0, null, null, null, null, null],
      rows: {},
      inboxIds: [row.id],
      erasedCustomers: [7],
      isNewRoster: true,
      forgetRequestsBefore: 2,
    })
    for (const lost of [
      { ...lease, holder: 'another instance' },
      { ...lease, fence: lease.fence - 1 },
    ]) {
      await expect(engine.commit(batch(lost))).rejects.toThrow(LeaseLost)
      expect(await counts()).toEqual(all(1))
    }
    await engine.commit(batch(lease))
    expect(await counts()).toEqual(all(0))
    await engine.close()
  })

  test('an account’s fence rises each time that an instance takes it, also the one that had it', async () => {
    const { url, a, id } = await openTwoStores()
    await a.leases.join(LONG_LIFE_MS)
    const database = await connect(url)
    const fence = async () => (await database.query('select fence::int from account')).rows[0]?.fence as number
    const first = await fence()
    await a.leases.take([id], 1)
    expect(await fence()).toBe(first + 1)
    await a.leases.take([id], 1)
    expect(await fence()).toBe(first + 2)
  })

  test('an instance that takes an account again knows what another one did with its agents meanwhile', async () => {
    const { a, b, ofA, ofB, id, clock } = await openTwoStores()
    await ofA.saveRoster(ROSTER, clock.now())
    const loads: (number | undefined)[] = []
    const look = (situation: Situation) => {
      loads.push(situation.agents[0]?.load)
      return decisionFor(null, situation.chat.id)
    }
    await ofA.receive(snapshotEvent('chat.new', 1, clock.now()))
    await ofA.takeStep(NOTHING, look)
    await a.leases.leave()
    await b.leases.take([id], 1)
    await ofB.receive(snapshotEvent('chat.assigned', 2, clock.now(), { assigneeId: agentId(1) }))
    await ofB.drain()
    await b.leases.leave()
    await a.leases.join(LONG_LIFE_MS)
    await a.leases.take([id], 1)
    await ofA.takeStep(NOTHING, look)
    expect(loads).toEqual([0, 1])
  })

  test('it knows so also where the fence is the same again, as after a failover that lost commits', async () => {
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
    await ofA.takeStep(NOTHING, look)
    const database = await connect(url)
    await database.query('update account set fence = fence - 1, holder = null; update agent set load = 500')
    await a.leases.release([id])
    await a.leases.take([id], 1)
    await ofA.takeStep(NOTHING, look)
    expect(loads).toEqual([0, 5])
  })

  test('a drained inbox is announced also where nothing is to be decided: a chat may be due sooner', async () => {
    const { ofA, ofB, clock } = await openTwoStores()
    await ofA.drain()
    await ofB.receive(snapshotEvent('chat.snoozed', 1, clock.now(), { snoozedUntil: clock.now() + 60_000 }))
    const changes: Notice[] = []
    ofA.onChange((change) => changes.push(change))
    await ofA.drain()
    expect(changes.at(-1)).toMatchObject({ hasWork: true })
  })

  test('what any instance has acknowledged is known to the next decision', async () => {
    const { ofA, ofB, clock } = await openTwoStores()
    await ofA.saveRoster(ROSTER, clock.now())
    await ofA.receive(snapshotEvent('chat.new', 1, clock.now()))
    await ofA.drain()
    await ofB.receive(snapshotEvent('chat.assigned', 1, clock.now() + 1000, { assigneeId: agentId(9) }))
    expect(await ofA.takeStep(NOTHING, chooseAnn)).toBeNull()
  })

  test('a person keeps a chat that they take while it is decided, though another instance receives it', async () => {
    const { url, ofA, ofB, clock } = await openTwoStores()
    await ofA.saveRoster(ROSTER, clock.now())
    await ofA.receive(snapshotEvent('chat.new', 1, clock.now()))
    await ofA.drain()
    const taken = snapshotEvent('chat.assigned', 1, clock.now() + 1000, { assigneeId: agentId(9) })
    // Holds the step up after it has read everything, when it is to write the agent that it has chosen.
    const client = new Client(url)
    await client.connect()
    await client.query('begin; select * from agent for update')
    const { promise: isChosen, resolve } = Promise.withResolvers<void>()
    const turn = ofA.takeStep(NOTHING, (situation) => {
      resolve()
      return chooseAnn(situation)
    })
    await isChosen
    expect(await ofB.receive(taken)).toBe('accepted')
    await client.query('commit')
    await client.end()
    expect(await turn).toBeNull()
    expect(await ofA.takeStep(NOTHING, chooseAnn)).toBeNull()
    expect((await ofA.explain(chatId(1)))?.assignments[0]?.state).toBe('superseded')
  })

  test('no PUT leaves for a chat in which an agent wrote while it was decided: it is fetched first', async () => {
    const { url, ofA, ofB, clock } = await openTwoStores()
    await ofA.saveRoster(ROSTER, clock.now())
    await ofA.receive(snapshotEvent('chat.new', 1, clock.now()))
    await ofA.drain()
    const client = new Client(url)
    await client.connect()
    await client.query('begin; select * from agent for update')
    const { promise: isChosen, resolve } = Promise.withResolvers<void>()
    const step = ofA.takeStep(NOTHING, (situation) => {
      resolve()
      return chooseAnn(situation)
    })
    await isChosen
    await ofB.receive(agentMessage(1, 9, clock.now() + 1000))
    await client.query('commit')
    await client.end()
    expect(await step).toBeNull()
    expect(await ofA.takeStep(NOTHING, chooseAnn)).toMatchObject({ kind: 'fetch', chatId: 1 })
  })

  test('an event that arrives at two instances at the same moment is accepted once', async () => {
    const { ofA, ofB, clock } = await openTwoStores()
    const events = Array.from({ length: 200 }, (_, index) => snapshotEvent('chat.new', index + 1, clock.now()))
    const answers = await Promise.all([
      ...events.map((event) => ofA.receive(event)),
      ...events.toReversed().map((event) => ofB.receive(event)),
    ])
    expect(answers.filter((answer) => answer === 'accepted')).toHaveLength(200)
  })

  test('a change by a command line tool reaches the decider', async () => {
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
    await ofA.takeStep(NOTHING, (situation) => {
      paused = situation.agents[0]?.pausedUntil
      return decisionFor(null, situation.chat.id)
    })
    expect(paused).toBe(Number.MAX_SAFE_INTEGER)
  })
})
