import type { RoutingFile } from './file-schema.ts'

/** A path of keys in the file, from the outside in. */
export type Path = readonly string[]

/** Finds names that the file uses but does not define, and dates and zones that do not exist. */
export function missingNames(file: RoutingFile): [Path, string][] {
  const shifts = Object.keys(file.shifts ?? {})
  const labels = Object.keys(file.labels ?? {})
  const found: [Path, string][] = []
  const check = (path: Path, name: string | undefined, known: readonly string[], what: string) => {
    if (name !== undefined && !known.includes(name))
      found.push([path, `there is no ${what} "${name}"; there are: ${known.join(', ') || 'none'}`])
  }
  check(['shift'], file.shift, shifts, 'shift')
  for (const [id, agent] of Object.entries(file.agents ?? {}))
    check(['agents', id, 'shift'], agent.shift, shifts, 'shift')
  for (const [index, { label }] of (file.needs ?? []).entries())
    check(['needs', String(index), 'label'], label, labels, 'label')
  for (const label of Object.keys(file.priorities ?? {})) check(['priorities', label], label, labels, 'label')
  for (const [name, { zone }] of Object.entries(file.shifts ?? {})) {
    if (!isTimeZone(zone))
      found.push([['shifts', name, 'zone'], `"${zone}" is not an IANA time zone such as Europe/Kyiv`])
  }
  for (const [id, { leave = [] }] of Object.entries(file.agents ?? {})) {
    for (const [index, { from, to }] of leave.entries()) {
      const isRight = isDate(from) && isDate(to) && from <= to
      if (!isRight)
        found.push([['agents', id, 'leave', String(index)], 'should be two dates of the calendar, the first one first'])
    }
  }
  for (const [name, { hours, holidays = [] }] of Object.entries(file.shifts ?? {})) {
    for (const [index, day] of holidays.entries()) {
      if (!isDate(day)) found.push([['shifts', name, 'holidays', String(index)], 'is no date that the calendar has'])
    }
    for (const [index, { from }] of hours.entries()) {
      const path = ['shifts', name, 'hours', String(index), 'from']
      if (from === '24:00') found.push([path, 'hours cannot begin at 24:00; say 00:00 of the next day'])
    }
  }
  return found
}

function isDate(date: string): boolean {
  try {
    return Temporal.PlainDate.from(date).toString() === date
  } catch {
    return false
  }
}

function isTimeZone(zone: string): boolean {
  try {
    return Temporal.Now.zonedDateTimeISO(zone).timeZoneId !== ''
  } catch {
    return false
  }
}
