import type { FastifyReply, FastifyRequest } from 'fastify'
import { StoreUnavailable } from '../../store/contract.ts'

const RETRY_AFTER_SECONDS = 5

/** An error answer with a message that a person understands. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly statusCode: number
  readonly code: string
  readonly retryAfterSeconds: number | null

  constructor(statusCode: number, code: string, message: string, retryAfterSeconds: number | null = null) {
    super(message)
    this.statusCode = statusCode
    this.code = code
    this.retryAfterSeconds = retryAfterSeconds
  }
}

/** The shape of every error of the API: `{"error": {"code", "message"}}`. */
export const errorBody = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['code', 'message'],
      properties: { code: { type: 'string' }, message: { type: 'string' } },
    },
  },
} as const

/** Turns an error of a route into an answer. An expected error keeps its message, any other is answered without it. */
export async function sendApiError(
  error: { statusCode?: number; code?: unknown; message: string },
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  if (error instanceof ApiError) {
    if (error.retryAfterSeconds !== null) void reply.header('retry-after', error.retryAfterSeconds)
    return send(error.statusCode, error.code, error.message)
  }
  if (error instanceof StoreUnavailable) {
    request.log.error({ err: error, statusCode: 503 }, 'API request failed: the database refused')
    void reply.header('retry-after', RETRY_AFTER_SECONDS)
    return send(503, 'store_unavailable', 'the database does not answer now; try again in a few seconds')
  }
  const statusCode = error.statusCode ?? 500
  if (statusCode < 500) return send(statusCode, statusCode === 429 ? 'too_many_requests' : 'bad_request', error.message)
  request.log.error({ err: error, statusCode }, 'API request failed')
  if (statusCode === 503)
    return send(503, 'overloaded', 'the service has too much to do now; try again in a few seconds')
  return send(500, 'unexpected', 'unexpected error; the log of the service says more')

  function send(status: number, code: string, message: string): FastifyReply {
    return reply.code(status).send({ error: { code, message } })
  }
}
