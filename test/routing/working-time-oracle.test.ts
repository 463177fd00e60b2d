import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createWorkingTime } from '../../src/routing/working-time.ts'
import { findWrong } from '../support/find-wrong.ts'
import { walk, type LocalMinute } from '../support/local-minutes.ts'
import { at, EVERY_DAY, HOUR, kyiv, NIGHTS, OFFICE } from '../support/shifts.ts'

const QUARTERS_PER_DAY = 96

test('an answer is the same whatever was asked before, earlier or later', () => {
  const create = () => kyiv([NIGHTS, { ...OFFICE, days: [6] }], ['2026-06-03'])
  const kept = create()
  const hoursAway = fc.oneof(fc.integer({ min: -20, max: 300 }), fc.integer({ min: -9000, max: 9000 }))
  fc.assert(
    fc.property(hoursAway, fc.integer({ min: 0, max: 99 }), (hours, workingHours) => {
      const now = at('2026-06-01T00:00') + hours * HOUR
      expect(kept.isOpen(now)).toBe(create().isOpen(now))
      expect(kept.nextChangeAt(now)).toBe(create().nextChangeAt(now))
      expect(kept.after(now, workingHours * HOUR)).toBe(create().after(now, workingHours * HOUR))
    }),
    { numRuns: 300 },
  )
})

test('a shift of 23 hours that lasted into the day before a day off is found', () => {
  const time = kyiv([
    { days: [1], from: '20:00', to: '19:00' },
    { days: [2], from: '09:00', to: '17:00' },
  ])
  expect(time.isOpen(at('2026-06-04T00:30'))).toBe(false)
  expect(time.isOpen(at('2026-06-02T18:00'))).toBe(true)
})

/** Midnight is 0, and the last quarter of an hour begins at minute 1425. */
const minuteOfDay = fc.integer({ min: 0, max: QUARTERS_PER_DAY - 1 }).map((quarter) => quarter * 15)
const dateInJune = fc.integer({ min: 1, max: 28 }).map((day) => `2026-06-${String(day).padStart(2, '0')}`)
const anyShift = fc.record({
  rules: fc.array(fc.record({ days: fc.subarray(EVERY_DAY), from: minuteOfDay, to: minuteOfDay }), { maxLength: 4 }),
  holidays: fc.array(dateInJune, { maxLength: 3 }),
  leave: fc.array(fc.record({ from: dateInJune, to: dateInJune }), { maxLength: 2 }),
})
type AnyShift = typeof anyShift extends fc.Arbitrary<infer Value> ? Value : never

/** Whether they work, by the local time and the calendar alone. */
function isAtWork({ rules, holidays, leave }: AnyShift, today: LocalMinute, yesterday: LocalMinute): boolean {
  const isOff = (date: string) => holidays.includes(date) || leave.some(({ from, to }) => from <= date && date <= to)
  return rules.some(({ days, from, to }) => {
    const beginsOn = (day: LocalMinute) => days.includes(day.dayOfWeek) && !isOff(day.date)
    const isBegun = beginsOn(today) && today.minuteOfDay >= from
    const isBeforeEnd = today.minuteOfDay < to
    return from < to ? isBegun && isBeforeEnd : isBegun || (beginsOn(yesterday) && isBeforeEnd)
  })
}

test('with any hours, holidays and leave, working time is open and changes as the calendar says', () => {
  const zone = 'Asia/Kathmandu'
  const first = Temporal.Instant.from('2026-06-01T00:00+05:45').epochMilliseconds
  const june = walk(zone, first, first + 28 * 24 * HOUR, 15)
  fc.assert(
    fc.property(anyShift, (shift) => {
      const hours = shift.rules.map(({ days, from, to }) => ({ days, from: written(from), to: written(to) }))
      const time = createWorkingTime({ zone, hours, holidays: shift.holidays }, shift.leave)
      const atWork = june.map((quarter, index) => isAtWork(shift, quarter, june[index - QUARTERS_PER_DAY] ?? quarter))
      expect(findWrong(time, june.slice(QUARTERS_PER_DAY), atWork.slice(QUARTERS_PER_DAY))).toBeNull()
    }),
    { numRuns: 100 },
  )
})

function written(minutes: number): string {
  return Temporal.PlainTime.from('00:00').add({ minutes }).toString({ smallestUnit: 'minute' })
}
