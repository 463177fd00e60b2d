import { expect, onTestFinished, test } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { snapshotEvent } from '../support/events.ts'
import { startEmbeddedPostgres } from '../support/embedded-postgres.ts'
import { connect } from '../support/postgres.ts'
import { openTestStore } from '../support/store.ts'
import { eventually } from '../support/world.ts'

test('a duplicate is acknowledged only once the synchronous standby has what was written before', async () => {
  const server = await startEmbeddedPostgres()
  onTestFinished(() => server.stop())
  const { store, stores } = await openTestStore(server.url, systemClock)
  onTestFinished(() => stores.close())
  const admin = await connect(server.url)
  const event = snapshotEvent('chat.new', 1, systemClock.now())
  expect(await store.receive(event)).toBe('accepted')
  // From now on no standby confirms a commit.
  await admin.query(`alter system set synchronous_standby_names = 'absent'`)
  await admin.query('select pg_reload_conf()')
  const countWaiting = async () =>
    (await admin.query(`select 1 from pg_stat_activity where wait_event = 'SyncRep'`)).rows.length
  // The server's processes apply it one after the other: it holds once a commit of another session waits.
  const other = await connect(server.url)
  await eventually(async () => {
    void other.query('create table probe (); drop table probe').catch(() => undefined)
    expect(await countWaiting()).toBe(1)
  })
  let isAnswered = false
  const answer = store.receive(event).finally(() => (isAnswered = true))
  await eventually(async () => {
    expect(isAnswered).toBe(false)
    expect(await countWaiting()).toBe(2)
  })
  expect(isAnswered).toBe(false)
  await admin.query('alter system reset synchronous_standby_names')
  await admin.query('select pg_reload_conf()')
  expect(await answer).toBe('duplicate')
})
