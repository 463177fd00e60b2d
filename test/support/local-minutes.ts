/** One minute of real time, with what a clock on the wall shows: `minuteOfDay` repeats or leaps when the clock is turned. */
export interface LocalMinute {
  readonly at: number
  readonly minuteOfDay: number
  readonly dayOfWeek: number
  readonly date: string
}

function localMinute(zone: string, at: number): LocalMinute {
  const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone)
  const minuteOfDay = local.hour * 60 + local.minute
  return { at, minuteOfDay, dayOfWeek: local.dayOfWeek, date: local.toPlainDate().toString() }
}

/** Real time from one moment to another, in order: a repeated hour is there twice, a skipped one not at all. */
export function walk(zone: string, from: number, until: number, stepMinutes = 1): LocalMinute[] {
  const minutes: LocalMinute[] = []
  for (let at = from; at < until; at += stepMinutes * 60_000) minutes.push(localMinute(zone, at))
  return minutes
}

/** Every moment between two years at which a zone's clock is turned, and by how much. */
export function clockTurns(zone: string, fromYear: number, untilYear: number): { at: number; turnedMs: number }[] {
  const turns: { at: number; turnedMs: number }[] = []
  let next = Temporal.ZonedDateTime.from(`${fromYear}-01-01T00:00[${zone}]`).getTimeZoneTransition('next')
  while (next !== null && next.year < untilYear) {
    const turnedNs = next.offsetNanoseconds - next.subtract({ nanoseconds: 1 }).offsetNanoseconds
    turns.push({ at: next.epochMilliseconds, turnedMs: turnedNs / 1e6 })
    next = next.getTimeZoneTransition('next')
  }
  return turns
}
