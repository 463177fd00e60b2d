import { expect, test } from 'vitest'
import { seededRandom } from '../../demo/random.ts'
import { expectPromisesKept } from '../support/oracle.ts'
import { agents, eventually, openWorld } from '../support/world.ts'

const CHATS = 2000
const KILLS = 10
const AGENTS = 8
/** How many PUTs the service has under way at most: after a kill it may send these again, for the same agents. */
const MAX_UNDER_WAY = 64

test(`after ${CHATS} webhooks and ${KILLS} times kill -9 each chat has one agent, within capacity`, async () => {
  const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 1e6))
  const random = seededRandom(seed)
  const capacity = CHATS / AGENTS
  const world = await openWorld({ agents: agents(AGENTS), env: { AGENT_CAPACITY: String(capacity) } })
  await world.start()
  for (let i = 0; i < CHATS; i += 1) world.account.openChat(null)

  for (let kill = 0; kill < KILLS; kill += 1) {
    const progress = () => world.standIn.puts().length + world.sender.acknowledgedAt.size
    const before = progress()
    const step = Math.ceil(random() * 300)
    await eventually(() => {
      const isDone = world.sender.acknowledgedAt.size === CHATS && world.assigned().length >= CHATS
      if (!isDone && progress() - before < step) throw new Error('not there yet')
    })
    await world.kill()
    await world.start()
  }

  await world.sender.settled()
  await eventually(() => expect(new Set(world.assigned().map(([chatId]) => chatId)).size, `seed ${seed}`).toBe(CHATS))
  await world.stop()
  expectPromisesKept(world, { capacity, duplicatePuts: KILLS * MAX_UNDER_WAY })
}, 90_000)
