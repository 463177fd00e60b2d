import { expect, test } from 'vitest'
import { failing, firstCalls, onAssign } from '../../demo/moods.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { agents, inTime, openWorld } from '../support/world.ts'

const HOUR_MS = 3_600_000

test.for([
  ['back', -HOUR_MS],
  ['forward', HOUR_MS],
] as const)('a retry and a waiting chat are not affected when the clock is set an hour %s', async ([, step]) => {
  const clock = createManualClock()
  const world = await openWorld({ clock, agents: agents(2), env: { AGENT_CAPACITY: '1' } })
  const { account } = world
  await world.start()
  world.standIn.setTemper(onAssign(firstCalls(1, failing(503))))
  const [retried, given, waiting] = [account.openChat(null), account.openChat(null), account.openChat(null)]
  await inTime(clock, () => expect(world.log.some(({ msg }) => msg.startsWith('attempt failed'))).toBe(true))
  clock.set(clock.now() + step)
  await inTime(clock, () => expect([retried, given].every(({ assigneeId }) => assigneeId !== null)).toBe(true))
  expect(waiting.assigneeId).toBeNull()
  await world.sender.settled()
  account.close(given)
  await inTime(clock, () => expect(waiting.assigneeId).not.toBeNull())
})

test('a limit of ten a minute is kept and used while the clock is set an hour back and forth', async () => {
  const clock = createManualClock()
  const world = await openWorld({ clock, env: { RATE_LIMIT_PER_MINUTE: '10' } })
  await world.start()
  const startedAt = clock.monotonic()
  for (let i = 0; i < 25; i += 1) world.account.openChat(null)
  const sentAt: number[] = []
  let steps = 0
  await inTime(clock, () => {
    while (sentAt.length < world.standIn.seen.length) sentAt.push(clock.monotonic())
    steps += 1
    if (steps % 60 === 0) clock.set(clock.now() + (steps % 120 === 0 ? HOUR_MS : -HOUR_MS))
    expect(world.assigned().length).toBe(25)
  })
  const tenLaterMs = sentAt.slice(10).map((at, index) => at - (sentAt[index] ?? 0))
  // The test checks every quarter of a second.
  expect(Math.min(...tenLaterMs)).toBeGreaterThan(60_000 - 500)
  expect(clock.monotonic() - startedAt).toBeLessThan(4 * 60_000)
})
