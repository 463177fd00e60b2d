import { createPlan, type Leave, type Shift, type Timetable } from './timetable.ts'

export type { Leave, Shift, ShiftHours } from './timetable.ts'

/** When an agent works. Times are milliseconds since the epoch. The moment of closing counts as closed. */
export interface WorkingTime {
  isOpen(at: number): boolean
  /** When the present opening began; `null` while closed. */
  openSince(at: number): number | null
  /** The next opening (if closed) or closing (if open), or `null` if not within a year. */
  nextChangeAt(at: number): number | null
  /** The moment at which `workingMs` of working time have passed since `from`, or `null` if not within a year. */
  after(from: number, workingMs: number): number | null
  /** How long the agent works between two moments. */
  openMs(from: number, to: number): number
}

/** Quick to compute, and long enough for nearly every answer. */
const NEAR = { days: 7 }
/** The extra month lets the timetable be used for a month, for shifts that never open or never close. */
const FAR = { years: 1, months: 1 }
const DAY_MS = 86_400_000
const NOTHING_KNOWN: Timetable = { from: 0, until: 0, stretches: [] }

/**
 * Tells when a shift, without the days off, is open. Keep the object: it caches the days around the last question, so
 * that the next one costs two comparisons.
 * @throws RangeError for a zone, date or time that does not exist
 */
export function createWorkingTime(shift: Shift, leave: readonly Leave[] = []): WorkingTime {
  const plan = createPlan(shift, leave)
  let near = NOTHING_KNOWN
  let far = NOTHING_KNOWN
  /** The last answer of `isOpen`, and the time for which it holds. */
  let answer = { isOpen: false, from: 0, until: 0 }
  /** The last sum: a report asks for the same one for each agent of a shift. */
  let sum = { from: 0, to: 0, openMs: 0 }

  function nearTo(at: number): Timetable {
    if (at < near.from || at >= near.until) near = plan(at, NEAR)
    return near
  }

  function findWithinYear(at: number, find: (timetable: Timetable) => number | null): number | null {
    const soon = find(nearTo(at))
    if (soon !== null) return soon
    const limit = aYearAfter(at, shift.zone)
    if (at < far.from || limit >= far.until) far = plan(at, FAR)
    const late = find(far)
    return late !== null && late <= limit ? late : null
  }

  return {
    isOpen(at) {
      if (at < answer.from || at >= answer.until) answer = findAnswer(nearTo(at), at)
      return answer.isOpen
    },
    openSince(at) {
      if (at < answer.from || at >= answer.until) answer = findAnswer(nearTo(at), at)
      return answer.isOpen ? answer.from : null
    },
    nextChangeAt: (at) => findWithinYear(at, (timetable) => findChange(timetable, at)),
    after(from, workingMs) {
      return workingMs <= 0 ? from : findWithinYear(from, (timetable) => findEnd(timetable, from, workingMs))
    },
    openMs(from, to) {
      if (from !== sum.from || to !== sum.to) {
        const timetable = plan(from, { days: Math.ceil((to - from) / DAY_MS) + 2 })
        sum = { from, to, openMs: sumBetween(timetable, from, to) }
      }
      return sum.openMs
    },
  }
}

/** The working time of an agent without a shift: always. */
export const ALWAYS: WorkingTime = createWorkingTime({
  zone: 'UTC',
  hours: [{ days: [1, 2, 3, 4, 5, 6, 7], from: '00:00', to: '24:00' }],
  holidays: [],
})

function aYearAfter(at: number, timeZone: string): number {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone).add({ years: 1 }).epochMilliseconds
}

function findAnswer({ from, until, stretches }: Timetable, at: number) {
  const next = stretches.find(({ closesAt }) => closesAt > at)
  if (next !== undefined && next.opensAt <= at) return { isOpen: true, from: next.opensAt, until: next.closesAt }
  const last = stretches.findLast(({ closesAt }) => closesAt <= at)
  return { isOpen: false, from: last?.closesAt ?? from, until: next?.opensAt ?? until }
}

/** The next change. The end of the timetable is no change, because the stretch may go on after it. */
function findChange({ until, stretches }: Timetable, at: number): number | null {
  const next = stretches.find(({ closesAt }) => closesAt > at)
  if (next === undefined) return null
  const changeAt = next.opensAt > at ? next.opensAt : next.closesAt
  return changeAt < until ? changeAt : null
}

function sumBetween({ stretches }: Timetable, from: number, to: number): number {
  const openMs = stretches.map(({ opensAt, closesAt }) => Math.min(closesAt, to) - Math.max(opensAt, from))
  return openMs.reduce((sum, ms) => sum + Math.max(0, ms), 0)
}

function findEnd({ stretches }: Timetable, from: number, workingMs: number): number | null {
  let leftMs = workingMs
  for (const { opensAt, closesAt } of stretches) {
    if (closesAt <= from) continue
    const beginsAt = Math.max(opensAt, from)
    if (beginsAt + leftMs <= closesAt) return beginsAt + leftMs
    leftMs -= closesAt - beginsAt
  }
  return null
}
