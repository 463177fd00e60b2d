import { createWorkingTime, type Leave, type ShiftHours, type WorkingTime } from '../../src/routing/working-time.ts'

export const MINUTE = 60_000
export const HOUR = 60 * 60_000
export const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7]
const WEEKDAYS = [1, 2, 3, 4, 5]
export const OFFICE: ShiftHours = { days: WEEKDAYS, from: '09:00', to: '17:00' }
export const NIGHTS: ShiftHours = { days: WEEKDAYS, from: '22:00', to: '06:00' }

/** A shift in Kyiv. */
export function kyiv(hours: ShiftHours[], holidays: string[] = [], leave: Leave[] = []): WorkingTime {
  return createWorkingTime({ zone: 'Europe/Kyiv', hours, holidays }, leave)
}

/** A local time in Kyiv, such as `2026-06-01T09:00`: a Monday morning. */
export function at(local: string): number {
  return Temporal.ZonedDateTime.from(`${local}[Europe/Kyiv]`).epochMilliseconds
}
