/**
 * Readers for single fields. HelpCrunch sends ids and times as numbers or strings, and any field may be null or missing
 * (docs.helpcrunch.com, English and Ukrainian editions, and public programs that use it).
 */

export type Json = Record<string, unknown>

/** The value as a JSON object, or an empty one. */
export function asObject(value: unknown): Json {
  return isObject(value) ? value : {}
}

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * A positive id, or `null`. The JSON parser rounds an id beyond 2^53, which would name another chat, so it gives
 * `null`.
 */
export function asId<Id extends number>(value: unknown): Id | null {
  const id = typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value
  return Number.isSafeInteger(id) && (id as number) > 0 ? (id as Id) : null
}

/** UNIX seconds, as a number, a string or a string with a fraction, in milliseconds; otherwise `null`. */
export function asTime(value: unknown): number | null {
  const seconds = typeof value === 'string' && /^\d{1,13}(\.\d{1,9})?$/.test(value) ? Number(value) : value
  if (typeof seconds !== 'number' || !(seconds > 0)) return null
  const ms = Math.round(seconds * 1000)
  return ms <= 8.64e15 ? ms : null
}

/** A text that is not empty; otherwise `null`. */
export function asText(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}

/** A boolean, also as `1`, `0` or a string of one of these; `null` for all else. */
export function asFlag(value: unknown): boolean | null {
  if (value === true || value === 1 || value === '1' || value === 'true') return true
  if (value === false || value === 0 || value === '0' || value === 'false') return false
  return null
}
