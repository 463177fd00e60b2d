import type { Outcome } from '../domain.ts'
import { asObject, asText } from './fields.ts'

const MIN_RETRY_AFTER_MS = 1000
/** The longest wait that is accepted: one header must not stop an account's chats for days. */
const MAX_RETRY_AFTER_MS = 15 * 60_000

/** The parts of an HTTP answer that tell how the call went. */
export interface Answer {
  readonly status: number
  readonly body: string
  readonly retryAfter: string | undefined
  readonly date: string | undefined
  /** The time of day when the request left, for answers without a usable `Date`. */
  readonly sentAt: number
}

/**
 * Classifies an answer by its status alone. The error codes in bodies differ between the editions of HelpCrunch's
 * documentation, so they are only passed on for the log.
 * @param readBody returns `null` for a body that cannot answer the call
 */
export function readOutcome<T>(answer: Answer, readBody: (body: unknown) => T | null): Outcome<T> {
  const { status } = answer
  const body = parseJson(answer.body)
  if (status >= 200 && status < 300) {
    if (body === undefined) return { kind: 'failed', reason: `HTTP ${status} with a body that is not JSON` }
    const read = readBody(body)
    if (read === null) return { kind: 'failed', reason: `HTTP ${status} with a body that does not answer the call` }
    return { kind: 'ok', body: read, answeredAt: readAnsweredAt(answer) }
  }
  const codes = readErrorCodes(body)
  if (status === 404) return { kind: 'gone', codes }
  if (status === 400) return { kind: 'refused', codes }
  if (status === 401 || status === 403) return { kind: 'unauthorized', status, codes }
  if (status === 429) return { kind: 'limited', retryAfterMs: readRetryAfter(answer) }
  return { kind: 'failed', reason: `HTTP ${status}` }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

/** Reads `{"errors": [{"code": …}]}`. The codes are HelpCrunch's text, cut so that a log line stays short. */
function readErrorCodes(body: unknown): string[] {
  const { errors } = asObject(body)
  if (!Array.isArray(errors)) return []
  return errors.slice(0, 5).flatMap((error) => asText(asObject(error).code)?.slice(0, 80) ?? [])
}

/**
 * Reads seconds or a date (RFC 9110, 10.2.3). A date counts from the answer's own `Date`, so that our clock does not
 * matter.
 */
function readRetryAfter({ retryAfter, date, sentAt }: Answer): number | null {
  const text = retryAfter?.trim() ?? ''
  const ms = /^-?\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text) - (parseDate(date) ?? sentAt)
  return Number.isNaN(ms) ? null : Math.min(Math.max(ms, MIN_RETRY_AFTER_MS), MAX_RETRY_AFTER_MS)
}

/**
 * The time of the answer by HelpCrunch's clock, in whole seconds like its events, so that an event of the same second
 * does not seem older.
 */
function readAnsweredAt({ date, sentAt }: Answer): number {
  return Math.floor((parseDate(date) ?? sentAt) / 1000) * 1000
}

function parseDate(text: string | undefined): number | null {
  const time = text === undefined ? Number.NaN : Date.parse(text)
  return Number.isNaN(time) ? null : time
}
