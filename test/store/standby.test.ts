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
  await eventually(async () => {
    const { rows } = await admin.query('show synchronous_standby_names')
    expect(rows).toEqual([{ synchronous_standby_names: 'absent' }])
  })
  let isAnswered = false
  const answer = store.receive(event).finally(() => (isAnswered = true))
  await eventually(async () => {
    expect(isAnswered).toBe(false)
    const { rows } = await admin.query(`select 1 from pg_stat_activity where wait_event = 'SyncRep'`)
    expect(rows).toHaveLength(1)
  })
  expect(isAnswered).toBe(false)
  await admin.query('alter system reset synchronous_standby_names')
  await admin.query('select pg_reload_conf()')
  expect(await answer).toBe('duplicate')
})
