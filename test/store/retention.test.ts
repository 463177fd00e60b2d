import pino from 'pino'
import { expect, onTestFinished, test } from 'vitest'
import { createOutsideTime } from '../../src/outside-time.ts'
import type { Stores } from '../../src/store/contract.ts'
import { keepPruned } from '../../src/store/retention.ts'
import { createManualClock } from '../support/manual-clock.ts'

const DAY_MS = 86_400_000

test('a clock that is set forty days ahead deletes nothing, and deleting goes on when it is right again', async () => {
  const clock = createManualClock()
  const outsideTime = createOutsideTime(clock)
  const deleted: number[] = []
  const stores = { prune: async (before: number) => deleted.push(before) } as unknown as Stores
  const logged: string[] = []
  const logger = pino({ level: 'warn' }, { write: (line: string) => void logged.push(JSON.parse(line).msg) })
  onTestFinished(keepPruned({ stores, maxAgeMs: 30 * DAY_MS, clockVerdict: outsideTime.verdict, clock, logger }))

  // There was no answer of HelpCrunch yet.
  await clock.pass(60_000)
  expect([deleted, logged]).toEqual([[], []])
  outsideTime.note(clock.now())
  await clock.pass(60_000)
  expect(deleted).toHaveLength(1)

  clock.set(clock.now() + 40 * DAY_MS)
  await clock.pass(180_000)
  expect(deleted).toHaveLength(1)
  expect(logged).toHaveLength(1)
  clock.set(clock.now() - 40 * DAY_MS)
  await clock.pass(60_000)
  expect(deleted).toHaveLength(2)
  expect(deleted.at(-1)).toBeCloseTo(clock.now() - 30 * DAY_MS, -5)
})
