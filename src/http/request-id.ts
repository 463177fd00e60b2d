import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

/** What a proxy gave the request, so that its log and ours speak of the same one. Nothing that could break a log line. */
const USABLE = /^[\w.-]{8,64}$/

/** The id that stands in the answer's `X-Request-Id` and in the log lines of this request. */
export function createRequestId({ headers }: Pick<IncomingMessage, 'headers'>): string {
  const given = headers['x-request-id']
  return typeof given === 'string' && USABLE.test(given) ? given : randomUUID()
}
