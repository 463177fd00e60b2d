import type { FastifyReply } from 'fastify'

export const RETRY_AFTER_SECONDS = 5

/** Answers 503 with the time to try again. */
export function sendUnavailable(reply: FastifyReply, error: string): FastifyReply {
  return reply.code(503).header('retry-after', RETRY_AFTER_SECONDS).send({ error })
}
