import { describe, expect, test } from 'vitest'
import { createWorkingTime } from '../../src/routing/working-time.ts'
import { findWrong } from '../support/find-wrong.ts'
import { clockTurns, walk, type LocalMinute } from '../support/local-minutes.ts'
import { at, EVERY_DAY, HOUR, kyiv } from '../support/shifts.ts'

const ZONES = ['Europe/Kyiv', 'America/New_York', 'Australia/Lord_Howe', 'America/Santiago', 'Africa/Casablanca']
const FRIDAY = 5
/** No clock is turned at the ends of these hours, so the local time alone says whether they work. */
const SHIFTS = [
  { from: '22:00', to: '06:00', isAtWork: ({ minuteOfDay }: LocalMinute) => minuteOfDay >= 1320 || minuteOfDay < 360 },
  { from: '09:00', to: '17:00', isAtWork: ({ minuteOfDay }: LocalMinute) => minuteOfDay >= 540 && minuteOfDay < 1020 },
]

describe.for(ZONES)('whenever the clock is turned from 2024 to 2033 in %s', (zone) => {
  const turns = clockTurns(zone, 2024, 2034)
  const create = (from: string, to: string) =>
    createWorkingTime({ zone, hours: [{ days: EVERY_DAY, from, to }], holidays: [] })

  test('every minute of that night and the days around it agrees with the local time, forwards and backwards', () => {
    const kept = SHIFTS.map(({ from, to, isAtWork }) => ({ time: create(from, to), isAtWork }))
    for (const turn of turns) {
      const minutes = walk(zone, turn.at - 26 * HOUR, turn.at + 26 * HOUR)
      for (const { time, isAtWork } of kept) expect(findWrong(time, minutes, minutes.map(isAtWork))).toBeNull()
    }
    // Morocco gives up turning its clocks in September 2026. These six are history.
    expect(turns.length).toBeGreaterThanOrEqual(6)
  })

  test('the night is longer or shorter by as much as the clock is turned, and the day is not', () => {
    const night = create('22:00', '06:00')
    const day = create('09:00', '17:00')
    for (const turn of turns) {
      const nightfall = night.nextChangeAt(turn.at - 12 * HOUR) ?? 0
      expect(nightfall).toBeLessThan(turn.at)
      expect(night.nextChangeAt(nightfall)).toBe(nightfall + 8 * HOUR - turn.turnedMs)
      expect(night.after(nightfall, 8 * HOUR - turn.turnedMs)).toBe(night.nextChangeAt(turn.at))
      const morning = day.nextChangeAt(turn.at) ?? 0
      expect(day.nextChangeAt(morning)).toBe(morning + 8 * HOUR)
    }
  })
})

describe('hours that begin or end while the clock is turned', () => {
  const utc = (instant: string) => Temporal.Instant.from(instant).epochMilliseconds

  test('are put off by the hour that is skipped', () => {
    const early = kyiv([{ days: EVERY_DAY, from: '03:30', to: '05:00' }])
    expect(early.nextChangeAt(at('2026-03-29T00:00'))).toBe(utc('2026-03-29T01:30Z'))
    expect(early.nextChangeAt(utc('2026-03-29T01:30Z'))).toBe(utc('2026-03-29T02:00Z'))
    const late = kyiv([{ days: EVERY_DAY, from: '02:00', to: '03:30' }])
    expect(late.nextChangeAt(utc('2026-03-29T00:00Z'))).toBe(utc('2026-03-29T01:30Z'))
  })

  test('do not take place on a day on which they would end before they begin', () => {
    const leapt = kyiv([{ days: EVERY_DAY, from: '03:30', to: '04:15' }])
    expect(leapt.nextChangeAt(at('2026-03-29T00:00'))).toBe(at('2026-03-30T03:30'))
  })

  test('may last into the second day after they begin: in Nuuk the last hour of a day is skipped', () => {
    const hours = [{ days: [FRIDAY], from: '23:45', to: '23:30' }]
    const nuuk = createWorkingTime({ zone: 'America/Nuuk', hours, holidays: [] })
    const sunday = utc('2026-03-29T00:00-01:00')
    expect(nuuk.isOpen(sunday)).toBe(true)
    expect(nuuk.nextChangeAt(sunday)).toBe(utc('2026-03-29T00:30-01:00'))
  })

  test('take the first of two equal times', () => {
    const early = kyiv([{ days: EVERY_DAY, from: '03:30', to: '05:00' }])
    expect(early.nextChangeAt(at('2026-10-25T00:00'))).toBe(utc('2026-10-25T00:30Z'))
    expect(early.nextChangeAt(utc('2026-10-25T00:30Z'))).toBe(utc('2026-10-25T03:00Z'))
    const late = kyiv([{ days: EVERY_DAY, from: '02:00', to: '03:30' }])
    expect(late.nextChangeAt(at('2026-10-25T02:00'))).toBe(utc('2026-10-25T00:30Z'))
  })
})
