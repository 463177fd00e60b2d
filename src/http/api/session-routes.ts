import type { FastifyInstance } from 'fastify'
import type { FromSchema } from 'json-schema-to-ts'
import type { Access } from '../access/access.ts'
import type { Identity } from '../access/contract.ts'
import type { ApiParts } from '../contract.ts'
import { ApiError, errorBody } from './api-error.ts'

const session = {
  type: 'object',
  required: ['who', 'role', 'accounts', 'canLogOut'],
  properties: {
    who: { type: 'string' },
    role: { type: 'string', enum: ['operator', 'viewer'] },
    accounts: { type: 'array', items: { type: 'string' }, description: 'the accounts that you may see' },
    canLogOut: { type: 'boolean' },
  },
} as const

const login = {
  type: 'object',
  required: ['token'],
  additionalProperties: false,
  properties: {
    token: { type: 'string', minLength: 1, maxLength: 1000 },
    name: { type: 'string', maxLength: 100, default: '', description: 'who you are, for the log of actions' },
  },
} as const

/** `GET`, `POST` and `DELETE /session`: the identity of the sender, log in, log out. */
export function sessionRoutes(app: FastifyInstance, access: Access, { accounts, access: settings }: ApiParts): void {
  function show({ who, role, accounts: allowed, via }: Identity): FromSchema<typeof session> {
    const visible = [...accounts.keys()].filter((name) => allowed?.includes(name) ?? true)
    return { who, role, accounts: visible, canLogOut: via === 'session' }
  }

  app.addHook('onRequest', async (_request, reply) => void reply.header('cache-control', 'no-store'))
  app.get(
    '/session',
    { schema: { summary: 'Who you are', response: { 200: session, 401: errorBody } } },
    async (request) => {
      if (settings.tokens.length === 0 && settings.singleSignOn === null)
        throw new ApiError(401, 'no_login_configured', 'set ADMIN_TOKEN, and start the service again')
      return show(access.identify(request))
    },
  )
  app.post<{ Body: FromSchema<typeof login> }>(
    '/session',
    {
      schema: { summary: 'Log in with a token', security: [], body: login, response: { 200: session, 401: errorBody } },
    },
    async (request, reply) => show(access.logIn(request, reply, request.body)),
  )
  app.delete('/session', { schema: { summary: 'Log out' } }, async (request, reply) => {
    access.identify(request)
    access.logOut(reply)
    return reply.code(204).send()
  })
}
