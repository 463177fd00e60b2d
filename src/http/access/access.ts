import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Clock } from '../../domain.ts'
import { ApiError } from '../api/api-error.ts'
import type { Unauthorized } from '../unauthorized.ts'
import { bearerOf, findToken, isSame } from './bearer-token.ts'
import type { AccessSettings, AccessToken, Identity } from './contract.ts'
import { isSameOrigin } from './same-origin.ts'
import { readSession, SESSION_COOKIE, SESSION_MS, writeSession } from './session.ts'
import { createProxyList, readSignOn } from './trusted-proxy.ts'

/** Identifies who makes a request, and logs people in and out. Wrong tokens count against the sender's address. */
export interface Access {
  /**
   * Identifies the sender.
   * @throws ApiError 401 for an unknown sender, 403 if another site made a browser send the request, 429 after many
   * wrong tokens
   */
  identify(request: FastifyRequest): Identity
  /**
   * Whether the request may see the metrics and all details of `/readyz`: by METRICS_TOKEN, or by a login for all
   * accounts.
   */
  isOperator(request: FastifyRequest): boolean
  /**
   * Starts a session.
   * @throws ApiError as `identify` does
   */
  logIn(request: FastifyRequest, reply: FastifyReply, given: { token: string; name: string }): Identity
  logOut(reply: FastifyReply): void
}

/** Use it where `@fastify/cookie` is registered. */
export function createAccess(settings: AccessSettings, clock: Clock, unauthorized: Unauthorized): Access {
  const proxies = createProxyList(settings.trustedProxies)

  function checkToken(request: FastifyRequest, secret: string): AccessToken {
    // Checked before the token: while an address is barred, even a right guess is refused.
    refuseBarred(unauthorized.barredSeconds(request))
    const token = findToken(settings.tokens, secret)
    if (token !== null) return token
    refuseBarred(unauthorized.fail(request, 'API request rejected: wrong token'))
    throw new ApiError(401, 'wrong_token', 'the token is wrong')
  }

  function ofSession(request: FastifyRequest): Identity | 'over' | null {
    const cookie = request.cookies[SESSION_COOKIE]
    if (cookie === undefined || settings.tokens.length === 0) return null
    const { valid, value } = request.unsignCookie(cookie)
    return valid ? (readSession(value, clock.now()) ?? 'over') : null
  }

  const withoutToken = (request: FastifyRequest) => readSignOn(request, settings, proxies) ?? ofSession(request)

  return {
    identify(request) {
      const secret = bearerOf(request.headers.authorization)
      if (secret !== null) {
        const { name, role, accounts } = checkToken(request, secret)
        return { who: name, role, accounts, via: 'token' }
      }
      const identity = withoutToken(request)
      if (identity === 'over') throw new ApiError(401, 'session_expired', 'your session is over; log in again')
      if (identity === null)
        throw new ApiError(401, 'not_logged_in', 'log in, or send a token: Authorization: Bearer …')
      // A browser sends cookies also with requests that another site causes.
      refuseOtherSite(request, settings)
      return identity
    },
    isOperator(request) {
      const secret = bearerOf(request.headers.authorization)
      if (secret === null) {
        const identity = withoutToken(request)
        return identity !== null && identity !== 'over' && identity.accounts === null
      }
      const { metricsToken } = settings
      const isOfMetrics = metricsToken !== null && isSame(secret, metricsToken)
      return isOfMetrics || findToken(settings.tokens, secret)?.accounts === null
    },
    logIn(request, reply, { token: secret, name }) {
      refuseOtherSite(request, settings)
      const token = checkToken(request, secret)
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

function refuseBarred(waitSeconds: number | null): void {
  if (waitSeconds === null) return
  const message = `too many wrong tokens; wait ${waitSeconds} seconds`
  throw new ApiError(429, 'too_many_requests', message, waitSeconds)
}

function refuseOtherSite(request: FastifyRequest, { publicUrl }: AccessSettings): void {
  if (isSameOrigin(request, publicUrl)) return
  throw new ApiError(403, 'other_site', 'refused: the request does not come from this page')
}
