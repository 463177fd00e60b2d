/** A moment that an operator typed, and how it was understood. */
export interface Until {
  readonly at: number
  /** Such as `2026-12-24 14:00 Europe/Berlin (2026-12-24T13:00:00.000Z)`. */
  readonly words: string
}

const EXAMPLES = '2026-12-24T14:00, 2026-12-24, 14:00, or 2026-12-24T14:00Z'

/**
 * Reads `--until`: with a zone (Z, +01:00), or a local date, time or both in the policy's zone.
 * @param zoneOf called only if the text has no zone
 * @throws Error for text that is no time, or a time that has passed
 */
export async function readUntil(text: string, now: number, zoneOf: () => Promise<string>): Promise<Until> {
  if (!isReadable(text)) throw new Error(`--until is "${text}"; it should be a time such as ${EXAMPLES}`)
  const hasZone = ZONE.test(text)
  const zone = hasZone ? 'UTC' : await zoneOf()
  const moment = hasZone ? Temporal.Instant.from(text).toZonedDateTimeISO(zone) : localMoment(text, now, zone)
  const at = moment.epochMilliseconds
  const local = moment.toPlainDateTime().toString({ smallestUnit: 'minute' }).replace('T', ' ')
  const words = `${local} ${zone}${zone === 'UTC' ? '' : ` (${new Date(at).toISOString()})`}`
  if (at <= now) throw new Error(`--until is "${text}", which is over: it was understood as ${words}`)
  return { at, words }
}

/** Reads a local time: a date alone is its first moment; a time alone is its next occurrence. */
function localMoment(text: string, now: number, zone: string): Temporal.ZonedDateTime {
  if (!isTimeAlone(text)) return Temporal.PlainDateTime.from(text).toZonedDateTime(zone)
  const local = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(zone)
  const time = timeOf(text)
  const today = local.toPlainDate().toZonedDateTime({ timeZone: zone, plainTime: time })
  const isOver = today.epochMilliseconds <= now
  return isOver ? local.toPlainDate().add({ days: 1 }).toZonedDateTime({ timeZone: zone, plainTime: time }) : today
}

const ZONE = /(Z|[+-]\d\d:?\d\d)$/i
const SHAPE = /^(\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?|\d{1,2}:\d\d)$/i

/** Whether the text is an existing time: there is no 31 February, and no 25 o'clock. */
function isReadable(text: string): boolean {
  if (!SHAPE.test(text)) return false
  try {
    if (isTimeAlone(text)) timeOf(text)
    else Temporal.PlainDateTime.from(text.replace(ZONE, ''), { overflow: 'reject' })
    return true
  } catch {
    return false
  }
}

function isTimeAlone(text: string): boolean {
  return /^\d{1,2}:/.test(text)
}

function timeOf(text: string): Temporal.PlainTime {
  return Temporal.PlainTime.from(text.padStart('00:00'.length, '0'))
}
