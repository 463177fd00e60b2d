import { describe, expect, test } from 'vitest'
import { findUnassigned } from '../../demo/lost.ts'
import { openInstances, type Instances } from '../support/instances.ts'
import { connect } from '../support/postgres.ts'
import { openProxy } from '../support/silent-proxy.ts'
import { eventually } from '../support/world.ts'

/** An instance that decides, and one that only receives. */
async function openTwo(options: Parameters<typeof openInstances>[0] = {}) {
  const world = await openInstances(options)
  const decider = await world.start()
  await world.ready()
  const other = await world.start()
  return { world, decider, other }
}

function expectEachOnce({ account, sender, assigned }: Instances): void {
  expect(findUnassigned(account, sender), 'acknowledged chats without an agent').toEqual([])
  const byChat = Map.groupBy(assigned(), ({ chatId }) => chatId)
  const givenToTwo = [...byChat.values()].filter((puts) => new Set(puts.map(({ agentId }) => agentId)).size > 1)
  expect(givenToTwo, 'chats given to two agents').toEqual([])
}

/** When an instance took its first decision, by the PUTs that came after `since`. */
const firstPutAfter = (world: Instances, since: number) => world.assigned().find(({ at }) => at > since)?.at ?? Infinity

describe('of several instances one decides', () => {
  test('a chat that another instance received is assigned at once', async () => {
    const { world, decider, other } = await openTwo()
    decider.isInRotation = false
    const chats = Array.from({ length: 20 }, () => world.account.openChat(null))
    await eventually(() => expect(chats.every(({ assigneeId }) => assigneeId !== null)).toBe(true))
    expect(other.log.filter(({ msg }) => msg === 'webhook stored').length).toBeGreaterThanOrEqual(20)
    expect(other.log.some(({ msg }) => msg === 'assignment settled')).toBe(false)
    expectEachOnce(world)
  })

  test('after an instance had to refuse webhooks, the decider searches for their chats', async () => {
    const { world, decider } = await openTwo()
    decider.isInRotation = false
    const searches = () => decider.log.filter(({ msg }) => msg.startsWith('chats searched')).length
    await eventually(() => expect(searches()).toBe(1))
    const database = await connect(world.databaseUrl)
    await database.query(`
      create function refuse() returns trigger language plpgsql as $$ begin raise sqlstate '40P01'; end $$;
      create trigger refuse before insert on inbox for each row execute function refuse()
    `)
    const chat = world.account.openChat(null)
    await eventually(() => expect(world.sender.answers.get('HTTP 503')).toBeGreaterThan(0))
    await database.query('drop trigger refuse on inbox')
    await eventually(() => expect(chat.assigneeId).not.toBeNull())
    await eventually(() => expect(searches()).toBeGreaterThan(1))
  })

  test('after kill -9 of the decider another instance decides within five seconds, and nothing is lost', async () => {
    const { world, decider } = await openTwo()
    for (let i = 0; i < 50; i += 1) world.account.openChat(null)
    await eventually(() => expect(world.assigned().length).toBeGreaterThan(10))
    const killedAt = performance.now()
    decider.signal('SIGKILL')
    await decider.ended()
    const late = Array.from({ length: 20 }, () => world.account.openChat(null))
    await eventually(() => expect(late.every(({ assigneeId }) => assigneeId !== null)).toBe(true))
    await world.sender.settled()
    await eventually(() => expectEachOnce(world))
    expect(firstPutAfter(world, killedAt + 100) - killedAt).toBeLessThan(5000)
  })

  test('after SIGTERM of the decider another instance decides within a second', async () => {
    const { world, decider, other } = await openTwo()
    decider.isInRotation = false
    const closedAt = performance.now()
    decider.signal('SIGTERM')
    await eventually(() => expect(world.decides(other)).toBe(true))
    const tookMs = performance.now() - closedAt
    const chat = world.account.openChat(null)
    await eventually(() => expect(chat.assigneeId).not.toBeNull())
    expect(await decider.ended()).toBe(0)
    expect(tookMs).toBeLessThan(1000)
  })

  test('a decider that is frozen until another instance decides loses its lease, and sends nothing', async () => {
    const world = await openInstances()
    const way = await openProxy(new URL(world.standIn.url))
    const decider = await world.start({ HELPCRUNCH_API_URL: way.url })
    await world.ready()
    const other = await world.start()
    for (let i = 0; i < 50; i += 1) world.account.openChat(null)
    await eventually(() => expect(world.assigned().length).toBeGreaterThan(5))
    decider.signal('SIGSTOP')
    decider.isInRotation = false
    await eventually(() => expect(world.decides(other)).toBe(true))
    const late = Array.from({ length: 20 }, () => world.account.openChat(null))
    await eventually(() => expect(late.every(({ assigneeId }) => assigneeId !== null)).toBe(true))
    const before = way.sent
    decider.signal('SIGCONT')
    await eventually(() => expect(decider.log.some(({ msg }) => msg.startsWith('lease lost'))).toBe(true))
    const more = Array.from({ length: 10 }, () => world.account.openChat(null))
    await eventually(() => expect(more.every(({ assigneeId }) => assigneeId !== null)).toBe(true))
    expect(way.sent).toBe(before)
    expectEachOnce(world)
  })
})
