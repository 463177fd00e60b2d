import { expect, onTestFinished, test } from 'vitest'
import { StoreUnavailable, type Notice } from '../../src/store/contract.ts'
import { agentId, snapshotEvent } from '../support/events.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { connect, createDatabase } from '../support/postgres.ts'
import { openProxy } from '../support/silent-proxy.ts'
import { openTestStore } from '../support/store.ts'
import { chooseAnn, NOTHING, openTwoStores, ROSTER } from '../support/two-stores.ts'
import { eventually } from '../support/world.ts'

/** A store whose database can be made to refuse the next `times` rows of the inbox. */
async function openRefusing() {
  const url = await createDatabase()
  const clock = createManualClock()
  const { store, stores } = await openTestStore(url, clock)
  onTestFinished(() => stores.close())
  const database = await connect(url)
  await database.query('create sequence refusal')
  return {
    store,
    clock,
    database,
    /** Counts by a sequence, since that is not rolled back. */
    async refuse(sqlState: string, times: number): Promise<void> {
      await database.query(`
        create or replace function refuse() returns trigger language plpgsql as $$ begin
          if nextval('refusal') <= ${times} then raise sqlstate '${sqlState}'; end if;
          return new;
        end $$;
        alter sequence refusal restart;
        create or replace trigger refuse before insert on inbox for each row execute function refuse()
      `)
    },
  }
}

const DEADLOCK = '40P01'
const SERIALIZATION_FAILURE = '40001'
const SHUT_DOWN_BY_AN_ADMINISTRATOR = '57P01'

test.for([DEADLOCK, SERIALIZATION_FAILURE, SHUT_DOWN_BY_AN_ADMINISTRATOR])(
  'a webhook that PostgreSQL refuses once (%s) is stored by the second try',
  async (sqlState) => {
    const { store, clock, database, refuse } = await openRefusing()
    await refuse(sqlState, 1)
    expect(await store.receive(snapshotEvent('chat.new', 1, clock.now()))).toBe('accepted')
    const { rows } = await database.query(
      'select (select count(*)::int from event) as event, count(*)::int as inbox from inbox',
    )
    expect(rows).toEqual([{ event: 1, inbox: 1 }])
  },
)

test('a webhook that PostgreSQL refuses twice is not acknowledged, and leaves no rows', async () => {
  const { store, clock, database, refuse } = await openRefusing()
  await refuse(DEADLOCK, 2)
  const event = snapshotEvent('chat.new', 1, clock.now())
  await expect(store.receive(event)).rejects.toThrow(StoreUnavailable)
  expect((await database.query('select from event')).rowCount).toBe(0)
  expect(await store.receive(event)).toBe('accepted')
})

test('a commit whose answer is lost may have been written: the listeners are told of a change', async () => {
  const url = await createDatabase()
  const clock = createManualClock()
  const way = await openProxy(new URL(url))
  const { store, stores } = await openTestStore(way.url, clock)
  onTestFinished(() => stores.close())
  await store.receive(snapshotEvent('chat.new', 1, clock.now()))
  const changes: Notice[] = []
  store.onChange((change) => changes.push(change))
  // A part of the commit's values: its statement goes by a name once it is prepared.
  way.loseAnswerTo('"is_listed":1')
  const roster = { agents: [{ id: agentId(1), name: 'Ann' }], departments: [] }
  await expect(store.saveRoster(roster, clock.now())).rejects.toThrow(StoreUnavailable)
  expect(changes).toContainEqual(expect.objectContaining({ hasWork: true, hasFreed: true }))
  expect(await store.listAgents()).toHaveLength(1)
  await store.drain()
  expect(await store.countOpen()).toEqual({ waiting: 1, decided: 0 })
})

test('the decider searches for what another instance had to refuse, before it decides', async () => {
  const { url, ofA, ofB, clock } = await openTwoStores()
  await ofA.saveRoster(ROSTER, clock.now())
  const database = await connect(url)
  await database.query(`
    create function refuse() returns trigger language plpgsql as $$ begin raise sqlstate '${DEADLOCK}'; end $$;
    create trigger refuse before insert on inbox for each row when (new.chat_id = 13) execute function refuse()
  `)
  await expect(ofB.receive(snapshotEvent('chat.new', 13, clock.now()))).rejects.toThrow(StoreUnavailable)
  await ofB.receive(snapshotEvent('chat.new', 14, clock.now()))
  const word = `select from inbox where data = 'missed'`
  await eventually(async () => expect((await database.query(word)).rowCount).toBe(1))
  let missed = 0
  ofA.onChange(({ hasMissed }) => (missed += hasMissed ? 1 : 0))
  expect(await ofA.takeStep(NOTHING, chooseAnn)).toBeNull()
  expect(missed).toBe(1)
  expect(await ofA.takeStep(NOTHING, chooseAnn)).toMatchObject({ kind: 'put', chatId: 14 })
})

test('an error in our own code is not taken for a refusal by the database, whatever its message', async () => {
  const { store, clock } = await openRefusing()
  await store.receive(snapshotEvent('chat.new', 1, clock.now()))
  const mistake = new Error('connection terminated, timeout')
  const turn = store.takeStep({ pools: [], assignments: [] }, () => {
    throw mistake
  })
  await expect(turn).rejects.toBe(mistake)
})

test('after all connections are ended at once, the next webhook is stored', async () => {
  const { store, clock, database } = await openRefusing()
  for (let chat = 1; chat <= 20; chat += 1) {
    await database.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    )
    expect(await store.receive(snapshotEvent('chat.new', chat, clock.now()))).toBe('accepted')
  }
})
