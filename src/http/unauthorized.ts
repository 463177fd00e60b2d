import type { FastifyBaseLogger, FastifyReply, FastifyRequest } from 'fastify'
import type { Clock } from '../domain.ts'
import type { RejectionLog } from './rejection-log.ts'
import { senderAddress } from './sender-address.ts'
import { createThrottle } from './throttle.ts'

/** Answers senders who do not prove who they are. */
export interface Unauthorized {
  /** Answers 401, or 429 with `Retry-After` if the sender's address has failed too often. */
  reject(
    request: FastifyRequest,
    reply: FastifyReply,
    what: { message: string; error: string; logger?: FastifyBaseLogger },
  ): FastifyReply
  /**
   * For secrets that can be guessed: answers 429 before a token is checked, to limit guesses. A signature is checked
   * first instead, so that a valid one always passes.
   * @returns whether it has answered
   */
  isBarred(request: FastifyRequest, reply: FastifyReply): boolean
  /**
   * Like `reject`, for callers that answer themselves.
   * @returns seconds until the address may try again; `null`: at once
   */
  fail(request: FastifyRequest, message: string, logger?: FastifyBaseLogger): number | null
  /**
   * Like `isBarred`, for callers that answer themselves.
   * @returns seconds until the address may try again; `null`: at once
   */
  barredSeconds(request: FastifyRequest): number | null
}

/** Each has a count of its own: wrong signatures do not lock an operator out. */
export function createUnauthorized(parts: {
  clock: Clock
  logger: FastifyBaseLogger
  rejections: RejectionLog
}): Unauthorized {
  const throttle = createThrottle(parts.clock)

  function log(request: FastifyRequest, statusCode: number, message: string, logger = parts.logger): void {
    const fact = { statusCode, requestId: request.id }
    parts.rejections.reject({ logger, message, address: senderAddress(request), fact })
  }

  function tooMany(reply: FastifyReply, waitSeconds: number): FastifyReply {
    return reply.code(429).header('retry-after', waitSeconds).send({ error: 'too many failed attempts' })
  }

  function fail(request: FastifyRequest, message: string, logger?: FastifyBaseLogger): number | null {
    const waitSeconds = throttle.fail(senderAddress(request))
    log(request, waitSeconds === null ? 401 : 429, message, logger)
    return waitSeconds
  }

  function barredSeconds(request: FastifyRequest): number | null {
    const waitSeconds = throttle.waitSeconds(senderAddress(request))
    if (waitSeconds !== null) log(request, 429, 'request rejected: too many failed attempts')
    return waitSeconds
  }

  return {
    fail,
    barredSeconds,
    reject(request, reply, { message, error, logger }) {
      const waitSeconds = fail(request, message, logger)
      return waitSeconds === null ? reply.code(401).send({ error }) : tooMany(reply, waitSeconds)
    },
    isBarred(request, reply) {
      const waitSeconds = barredSeconds(request)
      if (waitSeconds === null) return false
      void tooMany(reply, waitSeconds)
      return true
    },
  }
}
