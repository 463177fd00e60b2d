import { expect, test } from 'vitest'
import { sign } from '../../demo/sender.ts'
import { failing, firstCalls } from '../../demo/moods.ts'
import { API_KEY, eventually, openWorld, SIGNING_KEY } from '../support/world.ts'

test('no key, signature, customer’s name or address is ever logged, even in errors', async () => {
  const world = await openWorld({ env: { LOG_LEVEL: 'trace', MAX_ATTEMPTS: '1' } })
  await world.start()
  world.standIn.setTemper(firstCalls(2, failing(500)))
  const chats = [1, 2, 3].map(() => world.account.openChat(null))
  for (const chat of chats) world.account.customerWrites(chat)
  const bodies = [
    `{"customer": {"name": "Customer 1", "email": "customer-1@example.com"}`,
    `{"event": "chat.new", "eventData": {"customer": {"name": "Customer 1", "email": "customer-1@example.com"}}}`,
    `{"event": "customer.new", "eventData": {"name": "Customer 1", "email": "customer-1@example.com"}}`,
  ]
  for (const body of bodies) {
    const signature = sign(body, SIGNING_KEY)
    await world.post(body, { 'x-helpcrunch-signature': signature })
    await world.post(body, { 'x-helpcrunch-signature': '0'.repeat(40), authorization: `Bearer ${API_KEY}` })
  }
  await eventually(() =>
    expect(world.log.filter(({ msg }) => msg.startsWith('assignment settled')).length).toBeGreaterThanOrEqual(3),
  )
  await world.stop()
  const text = world.text.join('\n')
  expect(world.log.length).toBeGreaterThan(15)
  for (const secret of [API_KEY, SIGNING_KEY, 'Customer 1', 'example.com', '0'.repeat(40)])
    expect(text).not.toContain(secret)
})

test('one line per attempt holds the ids, the attempt, the outcome, the duration and the reason', async () => {
  const world = await openWorld()
  await world.start()
  const chat = world.account.openChat(null)
  const line = await eventually(() => {
    const found = world.log.find(({ msg }) => msg === 'assignment settled')
    if (found === undefined) throw new Error('not settled yet')
    return found
  })
  expect(line).toEqual({
    level: 'info',
    time: expect.any(String),
    chatId: chat.id,
    agentId: 1,
    departmentId: null,
    eventId: expect.any(String),
    attempt: 1,
    outcome: 'ok',
    state: 'assigned',
    durationMs: expect.any(Number),
    sinceOpenedMs: expect.any(Number),
    why: 'Agent 1 (1): lowest id of 3 equals',
    msg: 'assignment settled',
  })
})
