import type { AttributeValue } from '../domain.ts'

interface Days {
  readonly after?: string
  readonly before?: string
  readonly from?: string
  readonly to?: string
}

interface Range extends Days {
  readonly atLeast?: number
  readonly atMost?: number
  readonly above?: number
  readonly below?: number
}

const NUMBER = /^\s*[+-]?\d+(\.\d+)?\s*$/
const ISO_DAY = /^\d{4}-\d{2}-\d{2}(?=$|[T ])/
/** UNIX seconds from 1973 (`FIRST_SECONDS`) on, milliseconds from `FIRST_MS` on. Smaller numbers are not times. */
const FIRST_SECONDS = 1e8
const FIRST_MS = 1e11
const LAST_MS = 8.64e15

/** Compares values as numbers (`5` and `"5.0"`) or as words in any case. */
export function isSameValue(wanted: AttributeValue, value: AttributeValue): boolean {
  const [a, b] = [asNumber(wanted), asNumber(value)]
  if (a !== null && b !== null) return a === b
  return fold(String(wanted)) === fold(String(value))
}

/** Whether a value is in a range of numbers or of days. A value that is neither is in no range. */
export function isInRange(range: Range, value: AttributeValue): boolean {
  return isWithinBounds(range, value) && isWithinDays(range, value)
}

/**
 * Compares calendar days.
 * @param value a day as it is written (`2026-01-31`, `2026-01-31T10:00+02:00`), or UNIX time, whose day is that of UTC
 */
export function isWithinDays({ after, before, from, to }: Days, value: AttributeValue): boolean {
  if (after === undefined && before === undefined && from === undefined && to === undefined) return true
  const day = dayOf(value)
  if (day === null) return false
  return (
    (after === undefined || day > after) &&
    (before === undefined || day < before) &&
    (from === undefined || day >= from) &&
    (to === undefined || day <= to)
  )
}

/** Whether the range excludes every value. */
export function isEmptyRange({ atLeast, atMost, above, below, after, before, from, to }: Range): boolean {
  const low = Math.max(atLeast ?? -Infinity, above ?? -Infinity)
  const high = Math.min(atMost ?? Infinity, below ?? Infinity)
  if (low > high || (low === high && (low === above || high === below))) return true
  const first =
    [after, from]
      .filter((day) => day !== undefined)
      .toSorted()
      .at(-1) ?? ''
  const last = [before, to].filter((day) => day !== undefined).toSorted()[0] ?? '~'
  return first > last || (first === last && (first === after || last === before))
}

function isWithinBounds({ atLeast, atMost, above, below }: Range, value: AttributeValue): boolean {
  if (atLeast === undefined && atMost === undefined && above === undefined && below === undefined) return true
  const number = asNumber(value)
  if (number === null) return false
  return (
    number >= (atLeast ?? -Infinity) &&
    number <= (atMost ?? Infinity) &&
    (above === undefined || number > above) &&
    (below === undefined || number < below)
  )
}

function asNumber(value: AttributeValue): number | null {
  if (typeof value === 'string' && NUMBER.test(value)) return Number(value)
  return typeof value === 'number' && Number.isFinite(value) ? value : null
}

/** Days in this form sort like the days they name. */
function dayOf(value: AttributeValue): string | null {
  if (typeof value === 'string' && ISO_DAY.test(value)) return value.slice(0, 10)
  const number = asNumber(value)
  if (number === null || number < FIRST_SECONDS) return null
  const ms = number < FIRST_MS ? number * 1000 : number
  return ms > LAST_MS ? null : new Date(ms).toISOString().slice(0, 10)
}

function fold(text: string): string {
  return text.normalize('NFC').trim().toLowerCase()
}
