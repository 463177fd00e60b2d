import { closeSync, openSync, writeSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { openProxy } from '../support/silent-proxy.ts'
import { canMount, mountSmallDisk } from '../support/small-disk.ts'
import { eventually } from '../support/world.ts'
import { openServer, openWatched, keepComing, readiness, query, expectAllDone } from './watched.ts'

/** Writes until the disk is full. */
function fill(path: string): void {
  const file = openSync(path, 'w')
  const block = Buffer.alloc(4096)
  expect(() => {
    for (;;) writeSync(file, block)
  }).toThrow('ENOSPC')
  closeSync(file)
}

test('an instance that is cut off from PostgreSQL sends nothing, another one decides, and it recovers', async () => {
  const server = await openServer()
  const proxy = await openProxy(new URL(server.url))
  const watched = await openWatched(server.url)
  const { world } = watched
  const cutOff = await world.start({ DATABASE_URL: proxy.url })
  await world.ready()
  const other = await world.start()
  const stop = keepComing(world)
  await eventually(() => expect(world.assigned().length).toBeGreaterThan(10))
  proxy.cut()
  const cutAt = performance.now()
  await eventually(() => expect(world.decides(other)).toBe(true))
  expect(performance.now() - cutAt).toBeLessThan(5000)
  const settled = () => cutOff.log.filter(({ msg }) => msg === 'assignment settled').length
  const before = settled()
  const assignedThen = world.assigned().length
  await eventually(() => expect(world.assigned().length).toBeGreaterThan(assignedThen + 20))
  expect(settled()).toBe(before)
  await eventually(async () => expect((await readiness(cutOff)).status).toBe(503))
  proxy.mend()
  await eventually(async () => expect((await readiness(cutOff)).status).toBe(200))
  stop()
  await expectAllDone(watched)
})

test('a database that becomes read-only, like a former primary, means 503 until it is writable again', async () => {
  const server = await openServer()
  const watched = await openWatched(server.url)
  const { world } = watched
  const instance = await world.start()
  await world.ready()
  world.account.openChat(null)
  await eventually(() => expect(world.assigned()).toHaveLength(1))
  await query(server.url, 'alter database postgres set default_transaction_read_only = on')
  await query(
    server.url,
    `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'helpcrunch-autoassign'`,
  )
  world.account.openChat(null)
  await eventually(async () => {
    const { status, text } = await readiness(instance)
    expect([status, text]).toEqual([503, expect.stringMatching(/read-only/)])
  })
  await query(server.url, 'begin read write; alter database postgres set default_transaction_read_only = off; commit')
  await expectAllDone(watched)
  await eventually(async () => expect((await readiness(instance)).status).toBe(200))
})

test('connections are bounded, and nothing is lost when all of them end at any moment', async () => {
  const server = await openServer()
  const watched = await openWatched(server.url)
  const { world } = watched
  await world.start()
  await world.start()
  await world.ready()
  const stop = keepComing(world, 20)
  let most = 0
  for (let round = 0; round < 15; round += 1) {
    const before = world.assigned().length
    const [row] = await query<{ n: string }>(
      server.url,
      `select count(*) as n from pg_stat_activity where application_name = 'helpcrunch-autoassign'`,
    )
    most = Math.max(most, Number(row?.n))
    await query(
      server.url,
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'helpcrunch-autoassign'`,
    )
    await eventually(() => expect(world.assigned().length).toBeGreaterThan(before))
  }
  stop()
  await expectAllDone(watched)
  expect(most).toBeLessThanOrEqual(2 * 12)
})

test.skipIf(!canMount)(
  'a full disk under PostgreSQL means 503 as long as it is full, and everything goes on once there is room',
  async () => {
    const directory = await mountSmallDisk(128)
    vi.stubEnv('TMPDIR', directory)
    const server = await openServer()
    vi.unstubAllEnvs()
    const watched = await openWatched(server.url)
    const { world } = watched
    const instance = await world.start()
    await world.ready()
    const stop = keepComing(world)
    await eventually(() => expect(world.assigned().length).toBeGreaterThan(5))
    const ballast = join(directory, 'ballast')
    fill(ballast)
    await expect
      .poll(async () => (await readiness(instance)).text, { timeout: 60_000 })
      .toMatch(/No space left|the database refused/)
    stop()
    await rm(ballast)
    await server.restart('immediate')
    await expectAllDone(watched)
    await eventually(async () => expect((await readiness(instance)).status).toBe(200))
  },
)
