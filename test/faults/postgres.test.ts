import { expect, onTestFinished, test } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { StoreUnavailable } from '../../src/store/contract.ts'
import { startEmbeddedPostgres } from '../support/embedded-postgres.ts'
import { snapshotEvent } from '../support/events.ts'
import { openProxy } from '../support/silent-proxy.ts'
import { openTestStore } from '../support/store.ts'
import { eventually } from '../support/world.ts'
import { openServer, openWatched, keepComing, readiness, query, expectAllDone } from './watched.ts'

test.for(['fast', 'immediate'] as const)(
  'a restart of PostgreSQL (%s) means 503 as long as nothing can be stored, and everything goes on by itself',
  async (mode) => {
    const server = await openServer()
    const watched = await openWatched(server.url)
    const { world } = watched
    const instances = [await world.start(), await world.start()]
    await world.ready()
    const stop = keepComing(world)
    for (let round = 0; round < 3; round += 1) {
      const before = world.assigned().length
      await server.restart(mode)
      await eventually(() => expect(world.assigned().length).toBeGreaterThan(before + 20))
    }
    stop()
    await expectAllDone(watched)
    for (const instance of instances) expect((await readiness(instance)).status).toBe(200)
    expect(world.log.some(({ level }) => level === 'fatal')).toBe(false)
  },
)

test('while PostgreSQL is frozen, webhooks get 503 in time, /readyz says why, and nothing is sent', async () => {
  const server = await openServer()
  const watched = await openWatched(server.url)
  const { world } = watched
  const instance = await world.start()
  await world.ready()
  const stop = keepComing(world)
  await eventually(() => expect(world.assigned().length).toBeGreaterThan(10))
  await server.pause()
  const pausedAt = performance.now()
  const refused = () => world.sender.answers.get('cannot be stored now') ?? world.sender.answers.get('HTTP 503') ?? 0
  await eventually(() => expect(refused()).toBeGreaterThan(0))
  expect(performance.now() - pausedAt).toBeLessThan(10_000)
  await eventually(async () => {
    const { status, text } = await readiness(instance)
    expect(status).toBe(503)
    expect(text).toMatch(/the database refused|heartbeat cannot be renewed/)
  })
  const sentAt = () => world.standIn.seen.at(-1)?.at ?? 0
  await eventually(() => expect(performance.now() - pausedAt).toBeGreaterThan(15_000))
  expect(sentAt() - pausedAt, 'the last request, after the database stood still').toBeLessThan(3500)
  server.resume()
  await eventually(async () => expect((await readiness(instance)).status).toBe(200))
  stop()
  await expectAllDone(watched)
})

test('a webhook whose connection ends as it waits for the standby is not acknowledged by a second try', async () => {
  const server = await openServer()
  const { store, stores } = await openTestStore(server.url, systemClock)
  onTestFinished(() => stores.close())
  await query(server.url, `alter system set synchronous_standby_names = 'nowhere'`)
  await query(server.url, 'select pg_reload_conf()')
  const waiting = `from pg_stat_activity where wait_event = 'SyncRep'`
  const answer = store.receive(snapshotEvent('chat.new', 1, systemClock.now())).catch((error: unknown) => error)
  await eventually(async () => expect(await query(server.url, `select ${waiting}`)).toHaveLength(1))
  await query(server.url, `select pg_terminate_backend(pid) ${waiting}`)
  expect(await answer).toBeInstanceOf(StoreUnavailable)
  await query(server.url, 'alter system reset synchronous_standby_names')
  await query(server.url, 'select pg_reload_conf()')
})

test('after the primary’s machine is lost and its standby promoted, no acknowledged chat is lost', async () => {
  const primary = await openServer()
  const standby = await startEmbeddedPostgres({ isDurable: true, standbyOf: primary })
  onTestFinished(() => standby.stop())
  await query(primary.url, `alter system set synchronous_standby_names = '*'`)
  await query(primary.url, 'select pg_reload_conf()')
  await eventually(async () => {
    const followers = await query(primary.url, 'select sync_state from pg_stat_replication')
    expect(followers).toEqual([{ sync_state: 'sync' }])
  })
  const address = await openProxy(new URL(primary.url))
  const watched = await openWatched(address.url)
  const { world } = watched
  const instances = [await world.start(), await world.start()]
  await world.ready()
  const stop = keepComing(world)
  await eventually(() => expect(world.assigned().length).toBeGreaterThan(20))
  await primary.stop()
  // Before it is promoted, the address leads to a server that only reads.
  address.leadTo(new URL(standby.url))
  await eventually(async () => {
    const texts = await Promise.all(instances.map(async (instance) => (await readiness(instance)).text))
    expect(texts.every((text) => text.includes('read-only'))).toBe(true)
  })
  const before = world.assigned().length
  await query(standby.url, 'select pg_promote()')
  await eventually(() => expect(world.assigned().length).toBeGreaterThan(before + 20))
  stop()
  await expectAllDone(watched)
  for (const instance of instances) expect((await readiness(instance)).status).toBe(200)
})
