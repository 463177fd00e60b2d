import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

/**
 * Accepts a proxy's id for the request, so that both logs have the same one, but nothing that could break a log line.
 */
const USABLE = /^[\w.-]{8,64}$/

/** The id in the answer's `X-Request-Id` and in the log lines of this request. */
export function createRequestId({ headers }: Pick<IncomingMessage, 'headers'>): string {
  const given = headers['x-request-id']
  return typeof given === 'string' && USABLE.test(given) ? given : randomUUID()
}
