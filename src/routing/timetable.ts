/** Working hours as a support lead writes them: local times in an IANA zone. */
export interface Shift {
  /** An IANA name, such as `Europe/Kyiv`. */
  readonly zone: string
  readonly hours: readonly ShiftHours[]
  /** Dates (ISO, local to the zone) on which no hours begin. */
  readonly holidays: readonly string[]
}

export interface ShiftHours {
  /** 1 Monday to 7 Sunday: the days on which these hours begin. */
  readonly days: readonly number[]
  /** Local time, `HH:MM`. */
  readonly from: string
  /** Local time, up to `24:00`. At or before `from` it is on the next day: 09:00 to 09:00 is a whole day. */
  readonly to: string
}

/** Days off, both ends included (ISO dates, local to the shift's zone): no hours begin on them. */
export interface Leave {
  readonly from: string
  readonly to: string
}

/** An unbroken time from opening to closing, in milliseconds since the epoch. */
interface Stretch {
  readonly opensAt: number
  closesAt: number
}

/** All stretches between two moments, in order, cut off at both. It says nothing about other times. */
export interface Timetable {
  readonly from: number
  readonly until: number
  readonly stretches: readonly Readonly<Stretch>[]
}

/** Computes the timetable from the start of the local day of `at`, for the given length. */
type Plan = (at: number, length: Temporal.DurationLike) => Timetable

/**
 * Reads a shift and the days off once, and returns a function that computes any part of the timetable. Real time counts
 * between opening and closing: on a night when the clock is changed, the same hours are longer or shorter.
 */
export function createPlan({ zone, hours, holidays }: Shift, leave: readonly Leave[]): Plan {
  const rules = hours.map(readHours)
  const daysOff = [...leave, ...holidays.map((date) => ({ from: date, to: date }))].map(readLeave)
  const localTime = (at: number) => Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone)
  const startOf = (date: Temporal.PlainDate) => date.toZonedDateTime(zone).epochMilliseconds
  const momentOf = (date: Temporal.PlainDate, plainTime: Temporal.PlainTime) =>
    date.toPlainDateTime(plainTime).toZonedDateTime(zone, { disambiguation: 'compatible' }).epochMilliseconds
  // Finds a wrong zone now instead of at the first chat.
  localTime(0)

  function stretchesBegunOn(date: Temporal.PlainDate): Stretch[] {
    const isoDate = date.toString()
    if (daysOff.some(({ from, to }) => from <= isoDate && isoDate <= to)) return []
    return rules
      .filter(({ days }) => days.includes(date.dayOfWeek))
      .map(({ from, to, lastsDays }) => ({
        opensAt: momentOf(date, from),
        closesAt: momentOf(date.add({ days: lastsDays }), to),
      }))
  }

  return (at, length) => {
    const today = localTime(at).toPlainDate()
    const end = today.add(length)
    const begun: Stretch[] = []
    // A stretch may begin yesterday, or, where the clock skips midnight, the day before.
    for (let date = today.subtract({ days: 2 }); !date.equals(end); date = date.add({ days: 1 }))
      begun.push(...stretchesBegunOn(date))
    return merge(begun, startOf(today), startOf(end))
  }
}

function readHours({ days, from, to }: ShiftHours) {
  const opening = Temporal.PlainTime.from(from)
  // Temporal has no 24:00. As 00:00 the closing is not after the opening, and so moves to the next day.
  const closing = Temporal.PlainTime.from(to === '24:00' ? '00:00' : to)
  return { days, from: opening, to: closing, lastsDays: Temporal.PlainTime.compare(closing, opening) > 0 ? 0 : 1 }
}

/** Normalises the dates as text that sorts like the days. */
function readLeave({ from, to }: Leave): Leave {
  return { from: Temporal.PlainDate.from(from).toString(), to: Temporal.PlainDate.from(to).toString() }
}

/** Joins hours that overlap or touch into one stretch. Hours that the clock skips, or that lie outside, are dropped. */
function merge(begun: readonly Stretch[], from: number, until: number): Timetable {
  const stretches: Stretch[] = []
  for (const next of begun.toSorted((a, b) => a.opensAt - b.opensAt)) {
    const opensAt = Math.max(next.opensAt, from)
    const closesAt = Math.min(next.closesAt, until)
    if (closesAt <= opensAt) continue
    const last = stretches.at(-1)
    if (last === undefined || opensAt > last.closesAt) stretches.push({ opensAt, closesAt })
    else last.closesAt = Math.max(last.closesAt, closesAt)
  }
  return { from, until, stretches }
}
