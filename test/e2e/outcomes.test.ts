import { describe, expect, test } from 'vitest'
import { errorBody, failing, firstCalls, onAssign, type Temper } from '../../demo/moods.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { agents, inTime, openWorld as openRealWorld, type World } from '../support/world.ts'

const clock = createManualClock()
const openWorld = (options: Parameters<typeof openRealWorld>[0] = {}) => openRealWorld({ ...options, clock })

/** Opens a chat, and waits until its assignment is over. */
async function assignOne(world: World, temper: Temper) {
  world.standIn.setTemper(onAssign(temper))
  const chat = world.account.openChat(null)
  const last = await inTime(clock, () => {
    const line = world.log.find(({ chatId, msg }) => chatId === chat.id && msg.startsWith('assignment settled'))
    if (line === undefined) throw new Error('not settled yet')
    return line
  })
  return { chat, last, puts: world.standIn.puts().map(({ agentId, status }) => ({ agentId, status })) }
}

/** When a `timed` temper last answered a call. */
let askedAt = 0
function timed(temper: Temper): Temper {
  return (call) => {
    askedAt = clock.now()
    return temper(call)
  }
}

describe('what the service does on each answer to the PUT', () => {
  test('200: settled as assigned', async () => {
    const world = await openWorld()
    await world.start()
    const { last, puts } = await assignOne(world, () => null)
    expect(last).toMatchObject({ state: 'assigned', outcome: 'ok', attempt: 1, agentId: 1, level: 'info' })
    expect(puts).toEqual([{ agentId: 1, status: 200 }])
  })

  test.for(['en', 'uk'] as const)(
    '404 (%s edition): settled as gone with one PUT, logged with chat and agent',
    async (edition) => {
      const world = await openWorld({ edition })
      await world.start()
      const { last, puts, chat } = await assignOne(world, ({ chatId }) => ({
        kind: 'answer',
        status: 404,
        body: errorBody(404, edition, chatId),
      }))
      expect(last).toMatchObject({ chatId: chat.id, agentId: 1, state: 'gone', level: 'warn' })
      expect(last).toMatchObject({ codes: [edition === 'en' ? 'chat_not_found' : 'not_fount'] })
      expect(puts).toEqual([{ agentId: 1, status: 404 }])
    },
  )

  test('400: the agent is set aside and another one is chosen', async () => {
    const world = await openWorld({ env: { ROUTING_RULES: 'round-robin' } })
    await world.start()
    const { last, puts } = await assignOne(world, ({ agentId }) =>
      agentId === 1 ? { kind: 'answer', status: 400, body: errorBody(400, 'en') } : null,
    )
    expect(last).toMatchObject({ state: 'assigned', agentId: 2 })
    expect(puts).toEqual([
      { agentId: 1, status: 400 },
      { agentId: 2, status: 200 },
    ])
    for (const _ of [1, 2]) await assignOne(world, () => null)
    expect(world.assigned().map(([, agentId]) => agentId)).toEqual([2, 3, 2])
  })

  test('a second 400: refused, and no third PUT', async () => {
    const world = await openWorld()
    await world.start()
    const { last, puts } = await assignOne(world, failing(400))
    expect(last).toMatchObject({ state: 'refused', level: 'error' })
    expect(puts).toHaveLength(2)
  })

  test.for([401, 403])(
    '%i: nothing more is sent, /readyz says why, and it goes on when the key is accepted again',
    async (status) => {
      const world = await openWorld()
      await world.start()
      world.standIn.setTemper(failing(status))
      const chat = world.account.openChat(null)
      await inTime(clock, () => expect(world.log.some(({ outcome }) => outcome === 'key rejected')).toBe(true))
      const ready = await world.getOperations('/readyz')
      expect(ready.status).toBe(503)
      expect(await ready.text()).toContain('check HELPCRUNCH_API_KEY')
      const others = [world.account.openChat(null), world.account.openChat(null)]
      await world.sender.settled()
      expect(world.standIn.puts()).toHaveLength(1)
      world.standIn.setTemper(() => null)
      await inTime(clock, () => expect([chat, ...others].every(({ assigneeId }) => assigneeId !== null)).toBe(true))
      expect((await world.getOperations('/readyz')).status).toBe(200)
    },
  )

  test('403 for one chat alone: a dead letter after MAX_ATTEMPTS, and other chats go on', async () => {
    const world = await openWorld({ env: { MAX_ATTEMPTS: '2' } })
    await world.start()
    const { last, puts } = await assignOne(world, ({ chatId }) =>
      chatId === 1001 ? { kind: 'answer', status: 403, body: '' } : null,
    )
    expect(last).toMatchObject({ state: 'dead', attempt: 2 })
    expect(puts.map(({ status }) => status)).toEqual([403, 403])
    expect((await assignOne(world, () => null)).last).toMatchObject({ state: 'assigned' })
  })

  test('404 for each request: nothing more is sent, and no more chats are given up', async () => {
    const world = await openWorld()
    await world.start()
    world.standIn.setTemper(failing(404))
    for (let i = 0; i < 30; i += 1) world.account.openChat(null)
    await inTime(clock, () => expect(world.log.some(({ outcome }) => outcome === 'down')).toBe(true))
    await world.sender.settled()
    expect(world.standIn.puts().length).toBeLessThan(40)
    const gone = world.log.filter(({ state }) => state === 'gone').length
    expect(gone).toBeLessThan(30)
    world.standIn.setTemper(() => null)
    await inTime(clock, () => expect(world.assigned().length).toBeGreaterThanOrEqual(30 - gone))
  })

  test('429 with Retry-After: the whole lane holds that long, and no attempt is lost', async () => {
    const world = await openWorld({ env: { MAX_ATTEMPTS: '1' } })
    await world.start()
    const { puts, last } = await assignOne(world, firstCalls(1, timed(failing(429, { 'retry-after': '20' }))))
    expect(puts.map(({ status }) => status)).toEqual([429, 200])
    expect(last).toMatchObject({ state: 'assigned', attempt: 1 })
    expect(clock.now() - askedAt).toBeGreaterThanOrEqual(20_000)
  })

  test('429 without Retry-After: backs off by itself', async () => {
    const world = await openWorld()
    await world.start()
    const { puts } = await assignOne(world, firstCalls(1, timed(failing(429))))
    expect(puts.map(({ status }) => status)).toEqual([429, 200])
    expect(clock.now() - askedAt).toBeGreaterThanOrEqual(1000)
  })

  const transient: [string, Temper][] = [
    ['408', failing(408)],
    ['500', failing(500)],
    ['503', failing(503)],
    ['a redirect', failing(302, { location: 'https://example.com/' })],
    ['a reset before the call took effect', () => ({ kind: 'reset' })],
    ['a body that is not JSON', () => ({ kind: 'answer', status: 200, body: '<html>' })],
    ['a body about another chat', () => ({ kind: 'answer', status: 200, body: '{"id": 1}' })],
    ['no answer', () => ({ kind: 'hang' })],
  ]
  test.for(transient)('%s: repeated with the same agent', async ([, temper]) => {
    const world = await openWorld({ env: { REQUEST_TIMEOUT_MS: '200' } })
    await world.start()
    const { last, puts } = await assignOne(world, firstCalls(1, temper))
    expect(last).toMatchObject({ state: 'assigned', attempt: 2, agentId: 1 })
    expect(puts.map(({ agentId }) => agentId)).toEqual([1, 1])
  })

  test('a reset after the call took effect: the echo settles it, and nothing is sent twice', async () => {
    const world = await openWorld()
    await world.start()
    const { last, puts } = await assignOne(
      world,
      firstCalls(1, () => ({ kind: 'reset after' })),
    )
    expect(last).toMatchObject({ outcome: 'confirmed', agentId: 1 })
    expect(puts).toHaveLength(1)
  })

  test('after MAX_ATTEMPTS it is a dead letter, and other chats go on', async () => {
    const world = await openWorld({ agents: agents(1), env: { MAX_ATTEMPTS: '2' } })
    await world.start()
    const { last, puts, chat } = await assignOne(world, ({ chatId }) =>
      chatId === 1001 ? { kind: 'answer', status: 500, body: '' } : null,
    )
    expect(last).toMatchObject({ chatId: chat.id, state: 'dead', level: 'error', attempt: 2 })
    expect(puts).toHaveLength(2)
    const { last: next } = await assignOne(world, () => null)
    expect(next).toMatchObject({ state: 'assigned' })
  })
})
