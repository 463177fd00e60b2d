import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { RETRY_AFTER_SECONDS } from './unavailable.ts'

/**
 * Answers bytes that never became a request (nodejs.org/api/http.html, 'clientError'). After a time-out the sender may
 * have been slow, or this process may have been suspended while the bytes waited in the socket (a frozen container, a
 * suspended machine). The cause is unknown here, so the sender is asked to repeat the request; 408 might end the
 * webhook for good.
 */
export function answerClientError(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return
  if (socket.writable) socket.write(rawAnswer(statusOf(error.code)))
  socket.destroy(error)
}

function statusOf(code: string | undefined): number {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return 503
  return code === 'HPE_HEADER_OVERFLOW' ? 431 : 400
}

function rawAnswer(status: number): string {
  const body = JSON.stringify({ error: status === 503 ? 'not read in time, repeat it' : (STATUS_CODES[status] ?? '') })
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    ...(status === 503 ? [`retry-after: ${RETRY_AFTER_SECONDS}`] : []),
    'connection: close',
  ]
  return `${lines.join('\r\n')}\r\n\r\n${body}`
}
