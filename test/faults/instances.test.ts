import { expect, onTestFinished, test } from 'vitest'
import { seededRandom } from '../../demo/random.ts'
import { openInstances, type Instance } from '../support/instances.ts'
import { startEmbeddedPostgres } from '../support/embedded-postgres.ts'
import { openProxy } from '../support/silent-proxy.ts'
import { eventually } from '../support/world.ts'
import { createRecord, expectNothingBroken } from './oracle.ts'
import { seed } from './seed.ts'

const LIMIT_PER_MINUTE = 120
const ROUNDS = 14

async function openWatched(limitPerMinute: number) {
  const server = await startEmbeddedPostgres()
  onTestFinished(() => server.stop())
  const record = createRecord()
  const world = await openInstances({
    databaseUrl: server.url,
    limitPerMinute,
    onMade: record.made,
    onAcknowledged: record.acknowledged,
  })
  return { world, record }
}

const passed = (ms: number, since: number) => eventually(() => expect(performance.now() - since).toBeGreaterThan(ms))

test(
  `no chat is lost, given twice or refused while three instances are killed, ended or frozen (SEED=${seed})`,
  { timeout: 300_000 },
  async () => {
    const random = seededRandom(seed)
    const { world, record } = await openWatched(LIMIT_PER_MINUTE)
    const instances: Instance[] = [await world.start(), await world.start(), await world.start()]
    await world.ready()
    const chats: ReturnType<typeof world.account.openChat>[] = []
    const coming = setInterval(() => {
      chats.push(world.account.openChat(null))
      const chat = chats[Math.floor(random() * chats.length)]
      if (random() < 0.1 && chat?.assigneeId === null) record.takenByHand(chat, () => world.account.assign(chat, 1))
    }, 700)
    onTestFinished(() => clearInterval(coming))
    for (let round = 0; round < ROUNDS; round += 1) {
      const at = performance.now()
      const index = Math.floor(random() * instances.length)
      const instance = instances[index] as Instance
      const how = random()
      if (how < 0.6) {
        instance.signal(how < 0.4 ? 'SIGKILL' : 'SIGTERM')
        await instance.ended()
        instances[index] = await world.start()
      } else {
        instance.isInRotation = false
        instance.signal('SIGSTOP')
        await passed(4000 + random() * 3000, at)
        instance.signal('SIGCONT')
        instance.isInRotation = true
      }
      await passed(5000, at)
    }
    clearInterval(coming)
    await world.sender.settled()
    // Chats that still wait at the end wait for the limit.
    await expect.poll(() => record.unassigned(world), { timeout: 100_000, interval: 500 }).toEqual([])
    expectNothingBroken(world, record, { capacity: Infinity, limitPerMinute: LIMIT_PER_MINUTE })
  },
)

test('a new decider in the middle of a burst keeps the minute’s limit, and uses it', { timeout: 200_000 }, async () => {
  const { world, record } = await openWatched(LIMIT_PER_MINUTE)
  const decider = await world.start()
  await world.ready()
  await world.start()
  for (let i = 0; i < 150; i += 1) world.account.openChat(null)
  await eventually(() => expect(world.assigned().length).toBeGreaterThan(40))
  decider.signal('SIGKILL')
  await expect.poll(() => record.unassigned(world), { timeout: 100_000, interval: 500 }).toEqual([])
  expectNothingBroken(world, record, { capacity: Infinity, limitPerMinute: LIMIT_PER_MINUTE })
  const [first, last] = [world.standIn.seen[0], world.standIn.seen.at(-1)]
  // Some 160 requests: those of the second minute begin as soon as the first minute is over.
  expect((last?.at ?? 0) - (first?.at ?? 0)).toBeLessThan(90_000)
})

test(
  'a decider that is frozen for thirty seconds, with a request on its way, loses its lease and sends nothing',
  { timeout: 120_000 },
  async () => {
    const { world, record } = await openWatched(1_000_000)
    const way = await openProxy(new URL(world.standIn.url))
    const decider = await world.start({ HELPCRUNCH_API_URL: way.url })
    await world.ready()
    const other = await world.start()
    const coming = setInterval(() => void world.account.openChat(null), 50)
    onTestFinished(() => clearInterval(coming))
    await eventually(() => expect(world.assigned().length).toBeGreaterThan(10))
    const stoppedAt = performance.now()
    decider.isInRotation = false
    decider.signal('SIGSTOP')
    await eventually(() => expect(world.decides(other)).toBe(true))
    await expect.poll(() => performance.now() - stoppedAt, { timeout: 40_000, interval: 200 }).toBeGreaterThan(30_000)
    const before = way.sent
    decider.signal('SIGCONT')
    await eventually(() => expect(decider.log.some(({ msg }) => msg.startsWith('lease lost'))).toBe(true))
    clearInterval(coming)
    await world.sender.settled()
    await eventually(() => expect(record.unassigned(world)).toEqual([]))
    expect(way.sent).toBe(before)
    expectNothingBroken(world, record, { capacity: Infinity, limitPerMinute: Infinity })
  },
)

test('a refusal of a PUT from before the instance lost and took its lease again changes nothing', async () => {
  const { world, record } = await openWatched(1_000_000)
  const instance = await world.start()
  await world.ready()
  world.standIn.setTemper(({ agentId }) => (agentId === 1 ? { kind: 'late', ms: 6000 } : null))
  // HelpCrunch no longer has this agent, and has not told us.
  world.team.splice(0, 1)
  const chat = world.account.openChat(null)
  const puts = () => world.standIn.puts().filter(({ agentId }) => agentId === 1).length
  await eventually(() => expect(puts()).toBe(1))
  const stoppedAt = performance.now()
  instance.signal('SIGSTOP')
  await passed(3200, stoppedAt)
  instance.signal('SIGCONT')
  await eventually(() => expect(chat.assigneeId).toBe(2))
  await world.sender.settled()
  expectNothingBroken(world, record, { capacity: Infinity, limitPerMinute: Infinity })
})
