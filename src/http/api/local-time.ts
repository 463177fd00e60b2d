/** The start of the local day that `at` lies in. */
export function startOfDay(at: number, zone: string): number {
  return zoned(at, zone).startOfDay().epochMilliseconds
}

/** The local weekday (Monday is 1) and hour (0 to 23). */
export function localHour(at: number, zone: string): { readonly weekday: number; readonly hour: number } {
  const { dayOfWeek, hour } = zoned(at, zone)
  return { weekday: dayOfWeek, hour }
}

/** Whether the time zone exists. */
export function isZone(zone: string): boolean {
  try {
    zoned(0, zone)
    return true
  } catch {
    return false
  }
}

function zoned(at: number, zone: string) {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone)
}
