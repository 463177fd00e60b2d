import { expect, test } from 'vitest'
import { latency } from '../../demo/moods.ts'
import { seededRandom } from '../../demo/random.ts'
import { expectPromisesKept } from '../support/oracle.ts'
import { eventually, openWorld } from '../support/world.ts'

test('SIGTERM during a burst ends with exit code 0, and the next start assigns the remaining chats', async () => {
  const world = await openWorld()
  await world.start()
  world.standIn.setTemper(latency(50, 0.5, seededRandom(1)))
  for (let i = 0; i < 300; i += 1) world.account.openChat(null)
  await eventually(() => expect(world.assigned().length).toBeGreaterThan(20))
  expect(await world.stop()).toBe(0)
  const underWay = world.standIn.puts().filter(({ status }) => status === 0)
  expect(underWay, 'requests cut off').toEqual([])
  expect(world.log.at(-1)?.msg).toBe('closed')

  await world.start()
  await world.sender.settled()
  await eventually(() => expect(world.assigned()).toHaveLength(300))
  expectPromisesKept(world, { duplicatePuts: 0 })
})

test('SIGTERM during a hold for Retry-After ends at once; the next start keeps the hold and the chat', async () => {
  const world = await openWorld()
  await world.start()
  world.standIn.setTemper(() => ({ kind: 'answer', status: 429, body: '{}', headers: { 'retry-after': '4' } }))
  const chat = world.account.openChat(null)
  await eventually(() => expect(world.log.some(({ msg }) => msg.startsWith('lane held'))).toBe(true))
  const refusedAt = world.standIn.seen.at(-1)?.at ?? 0
  expect(await world.stop()).toBe(0)
  world.standIn.setTemper(() => null)
  const before = world.standIn.seen.length
  await world.start({}, 'without waiting for its roster')
  await eventually(() => expect(chat.assigneeId).not.toBeNull())
  expect((world.standIn.seen[before]?.at ?? 0) - refusedAt).toBeGreaterThanOrEqual(3900)
})

test('during a shutdown /readyz says so, and a second signal ends the process at once', async () => {
  const world = await openWorld({ env: { REQUEST_TIMEOUT_MS: '60000', SHUTDOWN_TIMEOUT_MS: '60000' } })
  await world.start()
  world.standIn.setTemper(() => ({ kind: 'hang' }))
  world.account.openChat(null)
  await eventually(() => expect(world.standIn.puts()).toHaveLength(1))
  world.signal('SIGTERM')
  await eventually(() => expect(world.log.some(({ msg }) => msg === 'closing')).toBe(true))
  const ready = await world.getOperations('/readyz')
  expect(ready.status).toBe(503)
  expect(((await ready.json()) as { checks: object[] }).checks).toContainEqual({
    name: 'closing',
    ok: false,
    detail: 'closing',
  })
  const ended = world.ended()
  world.signal('SIGTERM')
  expect(await ended).toBe(1)
})

test('a shutdown that takes longer than SHUTDOWN_TIMEOUT_MS is cut short with exit code 1', async () => {
  const world = await openWorld({ env: { REQUEST_TIMEOUT_MS: '60000', SHUTDOWN_TIMEOUT_MS: '200' } })
  await world.start()
  world.standIn.setTemper(() => ({ kind: 'hang' }))
  world.account.openChat(null)
  await eventually(() => expect(world.standIn.puts()).toHaveLength(1))
  expect(await world.stop()).toBe(1)
})
