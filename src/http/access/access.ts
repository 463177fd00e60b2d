import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Clock } from '../../domain.ts'
import { ApiError } from '../api/api-error.ts'
import { bearerOf, findToken } from './bearer-token.ts'
import type { AccessSettings, Identity } from './contract.ts'
import { isSameOrigin } from './same-origin.ts'
import { readSession, SESSION_COOKIE, SESSION_MS, writeSession } from './session.ts'
import { createProxyList, readSignOn } from './trusted-proxy.ts'
import type { FastifyReply } from 'fastify'

/** How many wrong tokens an address may send in a minute before it is told to wait. */
const GUESSES_A_MINUTE = 10

/** Knows who makes a request, lets people log in and out, and slows down guesses. */
export interface Access {
  /** @throws ApiError 401 where that cannot be told, 403 where another site made a browser send it */
  identify(request: FastifyRequest): Promise<Identity>
  /** Begins a session. @throws ApiError 401 for a wrong token, 429 after too many */
  logIn(request: FastifyRequest, reply: FastifyReply, given: { token: string; name: string }): Promise<Identity>
  logOut(reply: FastifyReply): void
}

/** To be called where `@fastify/cookie` and `@fastify/rate-limit` are registered. */
export function createAccess(app: FastifyInstance, settings: AccessSettings, clock: Clock): Access {
  const proxies = createProxyList(settings.trustedProxies)
  const countGuess = app.createRateLimit({ max: GUESSES_A_MINUTE, timeWindow: 60_000 })

  async function checkToken(request: FastifyRequest, secret: string) {
    const token = findToken(settings.tokens, secret)
    if (token !== null) return token
    const limit = await countGuess(request)
    const isExceeded = !limit.isAllowed && limit.isExceeded
    request.log.warn({ statusCode: isExceeded ? 429 : 401, from: request.ip }, 'API request rejected: wrong token')
    if (isExceeded) throw new ApiError(429, 'too_many_requests', 'too many wrong tokens; wait a minute')
    throw new ApiError(401, 'wrong_token', 'the token is wrong')
  }

  function ofSession(request: FastifyRequest): Identity | null {
    const cookie = request.cookies[SESSION_COOKIE]
    if (cookie === undefined || settings.tokens.length === 0) return null
    const { valid, value } = request.unsignCookie(cookie)
    if (!valid) return null
    const identity = readSession(value, clock.now())
    if (identity === null) throw new ApiError(401, 'session_expired', 'your session is over; log in again')
    return identity
  }

  return {
    async identify(request) {
      const secret = bearerOf(request.headers.authorization)
      if (secret !== null) {
        const { name, role, accounts } = await checkToken(request, secret)
        return { who: name, role, accounts, via: 'token' }
      }
      const identity = readSignOn(request, settings, proxies) ?? ofSession(request)
      if (identity === null)
        throw new ApiError(401, 'not_logged_in', 'log in, or send a token: Authorization: Bearer …')
      // A browser sends cookies also where another site asks it to.
      if (!isSameOrigin(request, settings.publicUrl))
        throw new ApiError(403, 'other_site', 'refused: the request does not come from this page')
      return identity
    },
    async logIn(request, reply, { token: secret, name }) {
      if (!isSameOrigin(request, settings.publicUrl))
        throw new ApiError(403, 'other_site', 'refused: the request does not come from this page')
      const token = await checkToken(request, secret)
      const who = name.trim() === '' ? token.name : `${name.trim()} (${token.name})`
      const identity: Identity = { who, role: token.role, accounts: token.accounts, via: 'session' }
      void reply.setCookie(SESSION_COOKIE, writeSession(identity, clock.now()), {
        ...COOKIE,
        signed: true,
        maxAge: SESSION_MS / 1000,
      })
      return identity
    },
    logOut: (reply) => void reply.clearCookie(SESSION_COOKIE, COOKIE),
  }
}

const COOKIE = { path: '/', secure: true, httpOnly: true, sameSite: 'strict' } as const
