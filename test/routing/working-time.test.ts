import { describe, expect, test } from 'vitest'
import { ALWAYS, createWorkingTime } from '../../src/routing/working-time.ts'
import { at, EVERY_DAY, HOUR, kyiv, NIGHTS, OFFICE } from '../support/shifts.ts'

const [MONDAY, TUESDAY] = [1, 2]

describe('usual hours', () => {
  const office = kyiv([OFFICE])

  test('are open from the first moment up to, but without, the last', () => {
    expect(office.isOpen(at('2026-06-01T09:00') - 1)).toBe(false)
    expect(office.isOpen(at('2026-06-01T09:00'))).toBe(true)
    expect(office.isOpen(at('2026-06-01T17:00') - 1)).toBe(true)
    expect(office.isOpen(at('2026-06-01T17:00'))).toBe(false)
  })

  test('change next when they close, and after that when they open, weekends passed over', () => {
    expect(office.nextChangeAt(at('2026-06-05T09:00'))).toBe(at('2026-06-05T17:00'))
    expect(office.nextChangeAt(at('2026-06-05T17:00'))).toBe(at('2026-06-08T09:00'))
  })

  test('are as long as their stretches together, cut off at both ends', () => {
    expect(office.openMs(at('2026-06-05T16:00'), at('2026-06-08T10:00'))).toBe(2 * HOUR)
    expect(office.openMs(at('2026-06-01T00:00'), at('2026-06-29T00:00'))).toBe(20 * 8 * HOUR)
    expect(kyiv([NIGHTS]).openMs(at('2026-06-02T00:00'), at('2026-06-02T23:00'))).toBe(7 * HOUR)
    expect(office.openMs(at('2026-06-06T09:00'), at('2026-06-07T17:00'))).toBe(0)
  })

  test('that overlap or touch are one stretch, over midnight too', () => {
    const touching = kyiv([
      { days: [MONDAY], from: '18:00', to: '24:00' },
      { days: [MONDAY], from: '14:00', to: '15:00' },
      { days: [MONDAY], from: '09:00', to: '18:00' },
      { days: [TUESDAY], from: '00:00', to: '06:00' },
    ])
    expect(touching.nextChangeAt(at('2026-06-01T08:00'))).toBe(at('2026-06-01T09:00'))
    expect(touching.nextChangeAt(at('2026-06-01T09:00'))).toBe(at('2026-06-02T06:00'))
  })

  test('that end when they begin last a whole day', () => {
    const wholeDay = kyiv([{ days: [MONDAY], from: '09:00', to: '09:00' }])
    expect(wholeDay.nextChangeAt(at('2026-06-01T09:00'))).toBe(at('2026-06-02T09:00'))
  })

  test('with a zone, a date or a time that does not exist are refused at once', () => {
    expect(() => createWorkingTime({ zone: 'Europe/Kyyiv', hours: [], holidays: [] })).toThrow(RangeError)
    expect(() => kyiv([OFFICE], ['2026-02-29'])).toThrow(RangeError)
    expect(() => kyiv([OFFICE], [], [{ from: '2026-06-01', to: 'June' }])).toThrow(RangeError)
    expect(() => kyiv([{ days: [MONDAY], from: '24:00', to: '06:00' }])).toThrow(RangeError)
  })
})

describe('days off', () => {
  test('take away whole nights: a night belongs to the day on which it begins', () => {
    const nights = kyiv([NIGHTS], ['2026-06-03'])
    expect(nights.nextChangeAt(at('2026-06-03T05:59'))).toBe(at('2026-06-03T06:00'))
    expect(nights.nextChangeAt(at('2026-06-03T06:00'))).toBe(at('2026-06-04T22:00'))
    expect(nights.isOpen(at('2026-06-06T05:59'))).toBe(true)
    expect(nights.isOpen(at('2026-06-08T05:59'))).toBe(false)
  })

  test('of a leave include both its ends', () => {
    const away = kyiv([OFFICE], [], [{ from: '2026-06-02', to: '2026-06-04' }])
    expect(away.nextChangeAt(at('2026-06-01T17:00'))).toBe(at('2026-06-05T09:00'))
  })

  test('close also hours of day and night, for that local day', () => {
    const roundTheClock = kyiv([{ days: EVERY_DAY, from: '00:00', to: '24:00' }], ['2026-06-03'])
    expect(roundTheClock.nextChangeAt(at('2026-06-01T12:00'))).toBe(at('2026-06-03T00:00'))
    expect(roundTheClock.nextChangeAt(at('2026-06-03T00:00'))).toBe(at('2026-06-04T00:00'))
    expect(roundTheClock.nextChangeAt(at('2026-06-04T00:00'))).toBeNull()
  })

  test('may be many: a change within a year is found, a later one is not', () => {
    const away = kyiv([OFFICE], [], [{ from: '2026-04-01', to: '2027-05-31' }])
    expect(away.nextChangeAt(at('2026-04-15T09:00'))).toBeNull()
    expect(away.nextChangeAt(at('2026-06-01T09:00') - 1)).toBeNull()
    expect(away.nextChangeAt(at('2026-06-01T09:00'))).toBe(at('2027-06-01T09:00'))
    expect(away.after(at('2026-06-01T10:00'), HOUR)).toBe(at('2027-06-01T10:00'))
    expect(away.after(at('2026-06-01T10:00'), HOUR + 1)).toBeNull()
  })
})

describe('working time passes', () => {
  const office = kyiv([OFFICE])

  test('only while open: nights and weekends do not count', () => {
    expect(office.after(at('2026-06-01T16:00'), 2 * HOUR)).toBe(at('2026-06-02T10:00'))
    expect(office.after(at('2026-06-05T16:00'), 2 * HOUR)).toBe(at('2026-06-08T10:00'))
    expect(office.after(at('2026-06-06T12:00'), HOUR)).toBe(at('2026-06-08T10:00'))
    expect(office.after(at('2026-06-01T09:00'), 10 * 40 * HOUR)).toBe(at('2026-08-07T17:00'))
  })

  test('up to the closing; zero working time is over at once', () => {
    expect(office.after(at('2026-06-05T16:00'), HOUR)).toBe(at('2026-06-05T17:00'))
    expect(office.after(at('2026-06-06T12:00'), 0)).toBe(at('2026-06-06T12:00'))
  })

  test('never without hours, or with endless leave', () => {
    for (const never of [kyiv([]), kyiv([OFFICE], [], [{ from: '2020-01-01', to: '9999-12-31' }])]) {
      expect(never.isOpen(at('2026-06-01T12:00'))).toBe(false)
      expect(never.nextChangeAt(at('2026-06-01T12:00'))).toBeNull()
      expect(never.after(at('2026-06-01T12:00'), 1)).toBeNull()
    }
  })

  test.for([
    ['day and night', kyiv([{ days: EVERY_DAY, from: '09:00', to: '09:00' }])],
    ['without a shift', ALWAYS],
  ] as const)('like any time %s', ([, always]) => {
    const now = at('2026-03-28T12:34')
    expect(always.isOpen(now)).toBe(true)
    expect(always.nextChangeAt(now)).toBeNull()
    expect(always.after(now, 300 * 24 * HOUR + 1)).toBe(now + 300 * 24 * HOUR + 1)
    expect(always.after(now, 366 * 24 * HOUR)).toBeNull()
  })
})
