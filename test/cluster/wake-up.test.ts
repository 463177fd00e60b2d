import { fileURLToPath } from 'node:url'
import { Client } from 'pg'
import { expect, test } from 'vitest'
import { openInstances } from '../support/instances.ts'
import { openPooler } from '../support/pooler.ts'
import { createDatabase } from '../support/postgres.ts'
import { eventually } from '../support/world.ts'

const TEN_MINUTES_AHEAD = fileURLToPath(new URL('../support/ten-minutes-ahead.ts', import.meta.url))

test('behind a pooler, without notifications, chats from other instances are assigned within a second', async () => {
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

test('with notifications, chats from other instances are assigned at once', async () => {
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
    // A step that follows the last one drains the inbox in any case: without it, only a notification can be that fast.
    await expect.poll(() => performance.now() - openedAt, { interval: 10 }).toBeGreaterThan(300 + 60 * i)
  }
  // Without notifications it would take half a second at most, a quarter on average.
  expect(tookMs.toSorted((a, b) => a - b)[4]).toBeLessThan(150)
})

test('an instance whose clock is ten minutes ahead records its requests at the database’s time', async () => {
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
