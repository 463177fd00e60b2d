import { readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { agents, eventually, openWorld, type World } from '../support/world.ts'
import { canMount, mountSmallDisk } from '../support/small-disk.ts'
import { createRecord, expectNothingBroken } from './oracle.ts'

const NO_LIMIT = { capacity: Infinity, limitPerMinute: Infinity }

const answers = (world: World, status: string) => world.sender.answers.get(status) ?? 0

async function expectAllAssigned(world: World): Promise<void> {
  await world.sender.settled()
  const record = createRecord()
  await eventually(() => expect(record.unassigned(world)).toEqual([]))
  expectNothingBroken(world, record, NO_LIMIT)
}

/** Holds the write lock until the returned function is called; waits for a write of the service's that is under way. */
function lockDatabase(world: World): () => void {
  const database = new DatabaseSync(join(world.directory, 'test.db'), { timeout: 10_000 })
  database.exec('begin immediate')
  return () => database.close()
}

test.skipIf(!canMount)(
  'a full disk means 503, nothing acknowledged is lost, and it goes on by itself when there is room',
  async () => {
    const directory = await mountSmallDisk(16)
    const world = await openWorld({ directory, agents: agents(5) })
    await world.start()
    const ballast = join(directory, 'ballast')
    await writeFile(ballast, Buffer.alloc(14_500_000))
    // Just before the disk is full, a small write may still succeed, and a group of them may not.
    await eventually(async () => {
      for (let i = 0; i < 20; i += 1) world.account.openChat(null)
      const ready = await world.getOperations('/readyz')
      expect(await ready.text()).toMatch(/full/)
      expect(ready.status).toBe(503)
      expect(answers(world, 'HTTP 503')).toBeGreaterThan(0)
    })
    expect((await world.get('/healthz')).status).toBe(200)
    await rm(ballast)
    await expectAllAssigned(world)
    expect((await world.getOperations('/readyz')).status).toBe(200)
    expect(await world.stop()).toBe(0)
  },
)

test('a database that another process locks means 503 within two seconds, and it goes on by itself', async () => {
  const world = await openWorld()
  await world.start()
  const unlock = lockDatabase(world)
  for (let i = 0; i < 5; i += 1) world.account.openChat(null)
  await eventually(() => expect(answers(world, 'HTTP 503')).toBeGreaterThanOrEqual(5))
  expect((await world.getOperations('/readyz')).status).toBe(503)
  unlock()
  await expectAllAssigned(world)
})

test('after webhooks could not be stored, the service learns what people did before the next PUT', async () => {
  let isLosing = false
  const world = await openWorld({ isLost: () => isLosing })
  await world.start()
  world.standIn.setTemper(({ method }) => (method === 'PUT' ? { kind: 'answer', status: 503, body: '' } : null))
  const chat = world.account.openChat(null)
  await eventually(() => expect(world.standIn.puts().length).toBeGreaterThan(0))
  const unlock = lockDatabase(world)
  // HelpCrunch gives up on this one while it is refused.
  isLosing = true
  world.account.assign(chat, 2)
  isLosing = false
  world.account.openChat(null)
  await eventually(() => expect(answers(world, 'HTTP 503')).toBeGreaterThan(0))
  unlock()
  world.standIn.setTemper(() => null)
  await world.sender.settled()
  await eventually(() => expect(world.assigned().length).toBeGreaterThan(0))
  expect(chat.assigneeId).toBe(2)
})

test.for<[string, (path: string) => Promise<void>]>([
  ['cut in half', async (path) => truncate(path, 20_000)],
  [
    'overwritten with other bytes',
    async (path) => writeFile(path, 'no database at all, and longer than a hundred bytes. '.repeat(5)),
  ],
])('a file that was %s stops the start with one line, and is left as it is', async ([, damage]) => {
  const world = await openWorld()
  await world.start()
  for (let i = 0; i < 20; i += 1) world.account.openChat(null)
  await world.sender.settled()
  await world.stop()
  const path = join(world.directory, 'test.db')
  await damage(path)
  const before = await readFile(path)
  await expect(world.start()).rejects.toThrow(/ended with 1 before it listened: .*docs\/database\.md/)
  expect(await readFile(path)).toEqual(before)
})
