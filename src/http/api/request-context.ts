import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Clock } from '../../domain.ts'
import type { Access } from '../access/access.ts'
import type { Identity } from '../access/contract.ts'
import type { ApiParts } from '../contract.ts'
import { ApiError } from './api-error.ts'
import type { ApiAccount } from './contract.ts'
import type { Feeds } from './feeds.ts'

/** The sender of a request, and what this person may see. */
export interface RequestContext {
  identityOf(request: FastifyRequest): Identity
  /**
   * The account in the path.
   * @throws ApiError 404 for an account that does not exist or that the sender may not see
   */
  accountOf(request: FastifyRequest): ApiAccount
  /** @throws ApiError 403 for a viewer */
  operatorOf(request: FastifyRequest): Identity
}

/** The parts that all routes under an account need. */
export interface RouteParts {
  readonly context: RequestContext
  readonly feeds: Feeds
  readonly clock: Clock
}

/** Identifies the sender of every request before anything else. */
export function createRequestContext(app: FastifyInstance, access: Access, { accounts }: ApiParts): RequestContext {
  const identities = new WeakMap<FastifyRequest, Identity>()
  app.addHook('onRequest', async (request, reply) => {
    identities.set(request, access.identify(request))
    void reply.header('cache-control', 'no-store')
  })

  function identityOf(request: FastifyRequest): Identity {
    const identity = identities.get(request)
    if (identity === undefined) throw new Error('the route is not behind the login')
    return identity
  }

  return {
    identityOf,
    accountOf(request) {
      const { account: name } = request.params as { account: string }
      const account = accounts.get(name)
      const mayKnow = identityOf(request).accounts?.includes(name) ?? true
      if (account === undefined || !mayKnow) throw new ApiError(404, 'no_such_account', `there is no account "${name}"`)
      return account
    },
    operatorOf(request) {
      const identity = identityOf(request)
      if (identity.role === 'operator') return identity
      throw new ApiError(403, 'viewers_only_look', 'you may look, not act; log in with ADMIN_TOKEN')
    },
  }
}
