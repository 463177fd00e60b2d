import { describe, expect, test } from 'vitest'
import { sign } from '../../demo/sender.ts'
import { agents, eventually, openWorld, SIGNING_KEY } from '../support/world.ts'

function chatNew(chatId: number, more: object = {}, id = `event-${chatId}`): string {
  return JSON.stringify({
    event: 'chat.new',
    eventData: { chat_id: chatId, status: 'new', assignee: null, department: null, ...more },
    createdAt: Math.floor(Date.now() / 1000),
    id,
  })
}

describe('a signed chat.new', () => {
  test('gives one PUT with a member of that chat’s department', async () => {
    const world = await openWorld({
      agents: agents(6),
      departments: [
        { id: 10, name: 'Sales', agentIds: [1, 2] },
        { id: 20, name: 'Support', agentIds: [5, 6] },
      ],
    })
    await world.start()
    const chat = world.account.openChat(20)
    await eventually(() => expect(world.assigned()).toEqual([[chat.id, 5]]))
    await world.stop()
    expect(world.standIn.puts()).toHaveLength(1)
  })

  test('ten of them go to three equal agents as 4, 3 and 3 by round robin', async () => {
    const world = await openWorld({ env: { ROUTING_RULES: 'round-robin' } })
    await world.start()
    for (let i = 0; i < 10; i += 1) world.account.openChat(null)
    await eventually(() => expect(world.assigned()).toHaveLength(10))
    const perAgent = [1, 2, 3].map((id) => world.assigned().filter(([, agentId]) => agentId === id).length)
    expect(perAgent).toEqual([4, 3, 3])
  })

  test('with load first, the agent whose chats were closed gets the next ones', async () => {
    const world = await openWorld({ env: { ROUTING_RULES: 'load,round-robin' } })
    await world.start()
    const chats = Array.from({ length: 6 }, () => world.account.openChat(null))
    await eventually(() => expect(world.assigned()).toHaveLength(6))
    const ofThird = chats.filter(({ assigneeId }) => assigneeId === 3)
    for (const chat of ofThird) world.account.close(chat)
    await world.sender.settled()
    const next = [world.account.openChat(null), world.account.openChat(null)]
    await eventually(() => expect(next.map(({ assigneeId }) => assigneeId)).toEqual([3, 3]))
  })

  test('waits while all agents are full, and is assigned when a chat is closed', async () => {
    const world = await openWorld({ agents: agents(2), env: { AGENT_CAPACITY: '2' } })
    await world.start()
    const chats = Array.from({ length: 5 }, () => world.account.openChat(null))
    await eventually(() => expect(world.log.some(({ msg }) => msg === 'no agent is eligible')).toBe(true))
    await world.sender.settled()
    await eventually(() => expect(world.assigned()).toHaveLength(4))
    const waiting = chats.find(({ assigneeId }) => assigneeId === null)
    const closed = chats.find(({ assigneeId }) => assigneeId === 2)
    if (closed !== undefined) world.account.close(closed)
    await eventually(() => expect(waiting?.assigneeId).toBe(2))
    const why = world.log.find(({ msg }) => msg === 'no agent is eligible')?.why
    expect(why).toBe('no agent: capacity dropped the last 2 of 2: 2× at capacity (2/2)')
  })

  test('sent 50 times at once gives one PUT and 49 duplicates', async () => {
    const world = await openWorld()
    await world.start()
    const chat = world.account.openChat(null)
    await eventually(() => expect(chat.assigneeId).not.toBeNull())
    // The same event id in other bytes each time, as a redelivery is.
    const answers = await Promise.all(
      Array.from({ length: 50 }, async (_, attempts) => {
        const body = JSON.stringify({ ...JSON.parse(chatNew(7)), attempts })
        const response = await world.post(body, { 'x-helpcrunch-signature': sign(body, SIGNING_KEY) })
        return ((await response.json()) as { status: string }).status
      }),
    )
    expect(answers.filter((status) => status === 'accepted')).toHaveLength(1)
    expect(answers.filter((status) => status === 'duplicate')).toHaveLength(49)
    await eventually(() => expect(world.log.some(({ chatId, state }) => chatId === 7 && state === 'gone')).toBe(true))
    expect(world.standIn.puts().filter(({ chatId }) => chatId === 7)).toHaveLength(1)
  })
})

describe('what a person decided', () => {
  test('a chat that a person took while it queued gets no PUT', async () => {
    const world = await openWorld({ agents: agents(1), env: { AGENT_CAPACITY: '1' } })
    await world.start()
    const first = world.account.openChat(null)
    const second = world.account.openChat(null)
    await eventually(() => expect(first.assigneeId).toBe(1))
    world.account.assign(second, 1)
    await world.sender.settled()
    world.account.close(first)
    world.account.close(second)
    const third = world.account.openChat(null)
    await eventually(() => expect(third.assigneeId).toBe(1))
    expect(world.standIn.puts().map(({ chatId }) => chatId)).toEqual([first.id, third.id])
  })

  test('a chat from which a person removed the agent is left alone until the customer writes again', async () => {
    const world = await openWorld()
    await world.start()
    const chat = world.account.openChat(null)
    await eventually(() => expect(chat.assigneeId).not.toBeNull())
    world.account.assign(chat, null)
    await world.sender.settled()
    const other = world.account.openChat(null)
    await eventually(() => expect(other.assigneeId).not.toBeNull())
    expect(chat.assigneeId).toBeNull()
    world.account.customerWrites(chat)
    await eventually(() => expect(chat.assigneeId).not.toBeNull())
  })
})

test('a customer’s message in an unknown chat has it fetched, and assigned by its department', async () => {
  const world = await openWorld({ agents: agents(4), departments: [{ id: 10, name: 'Sales', agentIds: [4] }] })
  const chat = world.account.openChat(10)
  world.sender.close()
  // Otherwise the search for lost webhooks would have found it already.
  world.standIn.setTemper(({ path }) => (path.endsWith('/search') ? { kind: 'reset' } : null))
  await world.start()
  const body = JSON.stringify({ event: 'message.chat.customer', eventData: { chat_id: chat.id }, id: 'm-1' })
  expect((await world.post(body, { 'x-helpcrunch-signature': sign(body, SIGNING_KEY) })).status).toBe(200)
  await eventually(() => expect(world.assigned()).toEqual([[chat.id, 4]]))
  expect(world.standIn.seen.filter(({ path }) => path === `/v1/chats/${chat.id}`)).toHaveLength(1)
})

test('an agent that HelpCrunch no longer lists gets no more chats', async () => {
  const team = agents(2)
  const world = await openWorld({ agents: team, env: { SYNC_INTERVAL_SECONDS: '1' } })
  await world.start()
  team.splice(0, 1)
  const before = world.log.length
  await eventually(() => expect(world.log.slice(before).some(({ msg }) => msg === 'roster read')).toBe(true))
  const chats = [world.account.openChat(null), world.account.openChat(null)]
  await eventually(() => expect(chats.map(({ assigneeId }) => assigneeId)).toEqual([2, 2]))
})

test('with DRY_RUN no PUT is sent, and the log has the decision', async () => {
  const world = await openWorld({ env: { DRY_RUN: 'true' } })
  await world.start()
  const chat = world.account.openChat(null)
  await eventually(() =>
    expect(world.log.find(({ outcome }) => outcome === 'rehearsed')).toMatchObject({ chatId: chat.id, agentId: 1 }),
  )
  await world.stop()
  expect(world.standIn.puts()).toEqual([])
})

test('while HelpCrunch is down the service starts with its stored roster, and says so', async () => {
  const world = await openWorld()
  await world.start()
  await world.stop()
  world.log.length = 0
  await world.start({ HELPCRUNCH_API_URL: 'http://127.0.0.1:9/v1' })
  const ready = await world.getOperations('/readyz')
  expect(ready.status).toBe(200)
  const { checks } = (await ready.json()) as { checks: { name: string; detail: string }[] }
  expect(checks.find(({ name }) => name === 'roster')?.detail).toMatch(
    /^read .*; last attempt failed: agents: ECONNREFUSED$/,
  )
  const chat = world.account.openChat(null)
  await eventually(() =>
    expect(world.log.some(({ chatId, outcome }) => chatId === chat.id && outcome === 'failed')).toBe(true),
  )
})
