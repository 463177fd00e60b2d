import { fileURLToPath } from 'node:url'
import { Client } from 'pg'
import { expect, test } from 'vitest'
import { openInstances } from '../support/instances.ts'
import { openPooler } from '../support/pooler.ts'
import { createDatabase } from '../support/postgres.ts'
import { eventually } from '../support/world.ts'

const TEN_MINUTES_AHEAD = fileURLToPath(new URL('../support/ten-minutes-ahead.ts', import.meta.url))

test('without notifications, as behind a connection pooler, chats that other instances received go out within a second', async () => {
  const world = await openInstances({ databaseUrl: await openPooler(new URL(await createDatabase())) })
  const decider = await world.start()
  await world.ready()
  await world.start()
  decider.isInRotation = false
  for (let i = 0; i < 5; i += 1) {
    const chat = world.account.openChat(null)
    const openedAt = performance.now()
    await eventually(() => expect(chat.assigneeId).not.toBeNull())
    expect(performance.now() - openedAt).toBeLessThan(1500)
  }
})

test('with them, at once', async () => {
  const world = await openInstances()
  const decider = await world.start()
  await world.ready()
  await world.start()
  decider.isInRotation = false
  const tookMs: number[] = []
  for (let i = 0; i < 9; i += 1) {
    const chat = world.account.openChat(null)
    const openedAt = performance.now()
    await eventually(() => expect(chat.assigneeId).not.toBeNull())
    tookMs.push(performance.now() - openedAt)
    // The turn that follows the last one takes in what came meanwhile, told or not.
    await expect.poll(() => performance.now() - openedAt, { interval: 10 }).toBeGreaterThan(300 + 60 * i)
  }
  // Half a second is what it would take by looking alone, on the average a quarter.
  expect(tookMs.toSorted((a, b) => a - b)[4]).toBeLessThan(150)
})

test('an instance whose clock is ten minutes ahead writes the database’s time, so that the next decider keeps the limit', async () => {
  const world = await openInstances()
  await world.start({ NODE_OPTIONS: `--import=${TEN_MINUTES_AHEAD}` })
  await world.ready()
  const chat = world.account.openChat(null)
  await eventually(() => expect(chat.assigneeId).not.toBeNull())
  const client = new Client(world.databaseUrl)
  await client.connect()
  const { rows } = await client.query<{ ago: string }>(
    'select extract(epoch from clock_timestamp()) * 1000 - sent_at as ago from request',
  )
  await client.end()
  expect(rows.length).toBeGreaterThan(0)
  for (const { ago } of rows) expect(Math.abs(Number(ago))).toBeLessThan(30_000)
})
