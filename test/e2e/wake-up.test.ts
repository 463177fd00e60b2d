import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createManualClock } from '../support/manual-clock.ts'
import { inTime, openWorld } from '../support/world.ts'

const SHIFT = (from: string) =>
  `shifts: { s: { zone: UTC, hours: [{ days: [mon, tue, wed, thu, fri, sat, sun], from: '${from}', to: '23:00' }] } }`

test.for([
  ['a step of the overflow', 'departments: { 10: { overflow: [{ to: own, seconds: 60 }, { to: anybody }] } }', 60],
  [
    'a skill that is no longer asked for',
    'labels: { all: { channel: [chat] } }\nneeds: [{ label: all, skill: s, relaxAfterMinutes: 2 }]',
    120,
  ],
  ['a shift that begins', `${SHIFT('12:05')}\nshift: s`, 300],
] as const)('%s lets a waiting chat go out within a second', async ([, file, seconds]) => {
  const clock = createManualClock(Date.UTC(2026, 5, 1, 12))
  const world = await openWorld({
    clock,
    env: { AGENT_CAPACITY: '1' },
    departments: [{ id: 10, name: 'Sales', agentIds: [1] }],
  })
  const path = join(world.directory, 'routing.yaml')
  await writeFile(path, file)
  await world.start({ ROUTING_FILE: path })
  const department = seconds === 60 ? 10 : null
  if (department !== null) world.account.openChat(department)
  await inTime(clock, () => expect(world.assigned()).toHaveLength(department === null ? 0 : 1))
  const chat = world.account.openChat(department)
  await world.sender.settled()
  const waitingSince = seconds === 300 ? Date.UTC(2026, 5, 1, 12) : clock.now()
  await inTime(clock, () => expect(chat.assigneeId).not.toBeNull())
  // The test checks every quarter of a second, and the request takes time.
  expect((clock.now() - waitingSince) / 1000).toBeGreaterThanOrEqual(seconds)
  expect((clock.now() - waitingSince) / 1000).toBeLessThan(seconds + 2)
})
