import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { seededRandom } from '../../demo/random.ts'
import { agents, eventually, openWorld, type World } from '../support/world.ts'

const SHARE_LOST = 0.3

/** The loads of the agents in the service's database, after it was stopped. */
function believedLoads(world: World): Record<number, number> {
  const database = new DatabaseSync((world.env.DATABASE_URL ?? '').replace('file:', ''), { readOnly: true })
  const rows = database.prepare('select id, load from agent order by id').all()
  database.close()
  return Object.fromEntries(rows.map(({ id, load }) => [id, Number(load) / 100]))
}

test('with 30 % of webhooks lost, every open chat has an agent in the end, and loads equal HelpCrunch’s', async () => {
  const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 1e6))
  const random = seededRandom(seed)
  let isLosing = true
  const world = await openWorld({
    agents: agents(4),
    env: { SYNC_INTERVAL_SECONDS: '1' },
    isLost: () => isLosing && random() < SHARE_LOST,
  })
  const { account } = world
  await world.start()
  for (let round = 0; round < 5; round += 1) {
    const chats = Array.from({ length: 20 }, () => account.openChat(null))
    await eventually(() => expect(chats.filter(({ assigneeId }) => assigneeId !== null).length).toBeGreaterThan(10))
    for (const chat of chats) {
      const fate = random()
      if (fate < 0.3) account.close(chat)
      else if (fate < 0.5) account.assign(chat, 1 + Math.floor(random() * 4))
      else if (fate < 0.6) account.customerWrites(chat)
    }
  }
  isLosing = false
  await world.sender.settled()
  const open = [...account.chats.values()].filter(({ status }) => status !== 'closed')
  await eventually(() =>
    expect(
      open.filter(({ assigneeId }) => assigneeId === null),
      `seed ${seed}`,
    ).toEqual([]),
  )
  // A search counts as older than a webhook of the same two seconds: only later searches settle it.
  const searches = () => world.log.filter(({ msg }) => msg.startsWith('chats searched')).length
  const before = searches()
  await eventually(() => expect(searches()).toBeGreaterThanOrEqual(before + 5))
  await world.stop()
  const real = Object.fromEntries(account.agents.map(({ id }) => [id, account.loadOf(id)]))
  expect(believedLoads(world), `seed ${seed}`).toEqual(real)
}, 60_000)

test('on the day of installation last month’s chats are left alone, and their number is logged', async () => {
  const world = await openWorld({ isLost: () => true })
  const forgotten = [1, 2, 3].map(() => world.account.openChat(null))
  for (const chat of forgotten) chat.lastCustomerMessageAt = chat.createdAt - 61 * 60_000
  const fresh = world.account.openChat(null)
  await world.start()
  await eventually(() => expect(fresh.assigneeId).not.toBeNull())
  await eventually(() => {
    const line = world.log.find(({ msg }) => msg.startsWith('chats searched'))
    expect(line).toMatchObject({ chats: 4, opened: 1, leftAlone: 3, isFirst: true })
  })
  expect(forgotten.every(({ assigneeId }) => assigneeId === null)).toBe(true)
})

test('the service works also where HelpCrunch does not know the search', async () => {
  const world = await openWorld()
  world.standIn.setTemper(({ path }) => (path.endsWith('/search') ? { kind: 'answer', status: 404, body: '{}' } : null))
  await world.start()
  const chat = world.account.openChat(null)
  await eventually(() => expect(chat.assigneeId).not.toBeNull())
  await eventually(() => expect(world.log.some(({ msg }) => msg.startsWith('chats not searched'))).toBe(true))
})
