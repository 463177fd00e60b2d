import { closeSync, openSync, writeSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Client } from 'pg'
import { expect, onTestFinished, test, vi } from 'vitest'
import { openCopies, type Copies, type Copy } from '../support/copies.ts'
import { startEmbeddedPostgres } from '../support/embedded-postgres.ts'
import { openProxy } from '../support/silent-proxy.ts'
import { canMount, mountSmallDisk } from '../support/small-disk.ts'
import { eventually } from '../support/world.ts'
import { createRecord, expectNothingBroken } from './oracle.ts'

const LIMITS = { capacity: Infinity, limitPerMinute: Infinity }

async function openServer() {
  const server = await startEmbeddedPostgres({ isDurable: true })
  onTestFinished(() => server.stop())
  return server
}

async function openWatched(databaseUrl: string) {
  const record = createRecord()
  const world = await openCopies({ databaseUrl, onMade: record.made, onAcknowledged: record.acknowledged })
  return { record, world }
}

/** New chats, one after the other, until the answer is called. */
function keepComing({ account }: Copies, everyMs = 50): () => void {
  const timer = setInterval(() => void account.openChat(null), everyMs)
  onTestFinished(() => clearInterval(timer))
  return () => clearInterval(timer)
}

async function readiness({ url }: Copy): Promise<{ status: number; text: string }> {
  const response = await fetch(`${url}/readyz`)
  return { status: response.status, text: await response.text() }
}

async function query<Row>(url: string, text: string): Promise<Row[]> {
  const client = new Client(url)
  await client.connect()
  try {
    return (await client.query(text)).rows as Row[]
  } finally {
    await client.end()
  }
}

/** Until there is no room any more. */
function fill(path: string): void {
  const file = openSync(path, 'w')
  const block = Buffer.alloc(4096)
  expect(() => {
    for (;;) writeSync(file, block)
  }).toThrow('ENOSPC')
  closeSync(file)
}

async function expectAllDone({ world, record }: Awaited<ReturnType<typeof openWatched>>): Promise<void> {
  await world.sender.settled()
  await eventually(() => expect(record.unassigned(world)).toEqual([]))
  expectNothingBroken(world, record, LIMITS)
}

test.for(['fast', 'immediate'] as const)(
  'PostgreSQL restarts (%s): 503 as long as nothing can be stored, and everything goes on by itself',
  async (mode) => {
    const server = await openServer()
    const watched = await openWatched(server.url)
    const { world } = watched
    const copies = [await world.start(), await world.start()]
    await world.ready()
    const stop = keepComing(world)
    for (let round = 0; round < 3; round += 1) {
      const before = world.assigned().length
      await server.restart(mode)
      await eventually(() => expect(world.assigned().length).toBeGreaterThan(before + 20))
    }
    stop()
    await expectAllDone(watched)
    for (const copy of copies) expect((await readiness(copy)).status).toBe(200)
    expect(world.log.some(({ level }) => level === 'fatal')).toBe(false)
  },
)

test('PostgreSQL stands still for fifteen seconds: webhooks get 503 in time, /readyz says why, nothing is sent, and then it goes on', async () => {
  const server = await openServer()
  const watched = await openWatched(server.url)
  const { world } = watched
  const copy = await world.start()
  await world.ready()
  const stop = keepComing(world)
  await eventually(() => expect(world.assigned().length).toBeGreaterThan(10))
  await server.pause()
  const pausedAt = performance.now()
  const refused = () => world.sender.answers.get('cannot be stored now') ?? world.sender.answers.get('HTTP 503') ?? 0
  await eventually(() => expect(refused()).toBeGreaterThan(0))
  expect(performance.now() - pausedAt).toBeLessThan(10_000)
  await eventually(async () => {
    const { status, text } = await readiness(copy)
    expect(status).toBe(503)
    expect(text).toMatch(/the database refused|cannot say that it lives/)
  })
  const sentAt = () => world.standIn.seen.at(-1)?.at ?? 0
  await eventually(() => expect(performance.now() - pausedAt).toBeGreaterThan(15_000))
  expect(sentAt() - pausedAt, 'the last request, after the database stood still').toBeLessThan(3500)
  server.resume()
  await eventually(async () => expect((await readiness(copy)).status).toBe(200))
  stop()
  await expectAllDone(watched)
})

test('PostgreSQL’s machine is lost, and its standby promoted: what was acknowledged is there, and everything goes on by itself', async () => {
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
  const copies = [await world.start(), await world.start()]
  await world.ready()
  const stop = keepComing(world)
  await eventually(() => expect(world.assigned().length).toBeGreaterThan(20))
  await primary.stop()
  // Before it is promoted, the address leads to a server that only reads.
  address.leadTo(new URL(standby.url))
  await eventually(async () => {
    const texts = await Promise.all(copies.map(async (copy) => (await readiness(copy)).text))
    expect(texts.every((text) => text.includes('read-only'))).toBe(true)
  })
  const before = world.assigned().length
  await query(standby.url, 'select pg_promote()')
  await eventually(() => expect(world.assigned().length).toBeGreaterThan(before + 20))
  stop()
  await expectAllDone(watched)
  for (const copy of copies) expect((await readiness(copy)).status).toBe(200)
})

test('a copy that is cut off from PostgreSQL sends nothing, another goes on, and it comes back', async () => {
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

test('a database that became read-only, as one does that is no longer the first: 503, and once it can be written to again, all is well', async () => {
  const server = await openServer()
  const watched = await openWatched(server.url)
  const { world } = watched
  const copy = await world.start()
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
    const { status, text } = await readiness(copy)
    expect([status, text]).toEqual([503, expect.stringMatching(/read-only/)])
  })
  await query(server.url, 'begin read write; alter database postgres set default_transaction_read_only = off; commit')
  await expectAllDone(watched)
  await eventually(async () => expect((await readiness(copy)).status).toBe(200))
})

test('connections are bounded, and the loss of all of them at any moment loses nothing', async () => {
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
  'a full disk under PostgreSQL: 503 as long as it is full, and everything goes on once there is room',
  async () => {
    const directory = await mountSmallDisk(128)
    vi.stubEnv('TMPDIR', directory)
    const server = await openServer()
    vi.unstubAllEnvs()
    const watched = await openWatched(server.url)
    const { world } = watched
    const copy = await world.start()
    await world.ready()
    const stop = keepComing(world)
    await eventually(() => expect(world.assigned().length).toBeGreaterThan(5))
    const ballast = join(directory, 'ballast')
    fill(ballast)
    await expect
      .poll(async () => (await readiness(copy)).text, { timeout: 60_000 })
      .toMatch(/No space left|the database refused/)
    stop()
    await rm(ballast)
    await server.restart('immediate')
    await expectAllDone(watched)
    await eventually(async () => expect((await readiness(copy)).status).toBe(200))
  },
)
