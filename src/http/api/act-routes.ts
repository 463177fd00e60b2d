import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { FromSchema } from 'json-schema-to-ts'
import { ApiError, errorBody } from './api-error.ts'
import type { OperatorAct } from './contract.ts'
import type { RouteParts } from './request-context.ts'
import { accountParams, agentParams, chatParams } from './schemas.ts'

const reason = { type: 'string', maxLength: 500, description: 'why, for the log of actions' } as const
const headers = {
  type: 'object',
  required: ['idempotency-key'],
  properties: {
    'idempotency-key': { type: 'string', minLength: 8, maxLength: 100, description: 'two acts with one key are one' },
  },
} as const
const result = {
  type: 'object',
  required: ['status', 'message'],
  properties: { status: { type: 'string', enum: ['done', 'refused'] }, message: { type: 'string' } },
} as const
/** The last moment that a date can hold. */
const LAST_MOMENT_MS = 8.64e15
const pause = {
  type: 'object',
  properties: {
    until: {
      type: ['integer', 'null'],
      minimum: 0,
      maximum: LAST_MOMENT_MS,
      default: null,
      description: 'when the pause ends; null: when they are resumed',
    },
    reason,
  },
} as const
const why = { type: 'object', properties: { reason } } as const
const handOver = {
  type: 'object',
  properties: { chatIds: { type: 'array', items: { type: 'integer' }, maxItems: 1000 }, reason },
} as const
const mostToday = {
  type: 'object',
  required: ['most'],
  properties: { most: { type: ['integer', 'null'], minimum: 0, maximum: 10_000 }, reason },
} as const
const assign = {
  type: 'object',
  required: ['agentId'],
  properties: { agentId: { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER }, reason },
} as const
const replay = {
  type: 'object',
  properties: {
    ids: { type: 'array', items: { type: 'integer', minimum: 1 }, minItems: 1, maxItems: 1000 },
    since: { type: 'integer', description: 'all that failed since then, instead of ids' },
    reason,
  },
} as const

const preview = {
  type: 'object',
  required: ['items'],
  properties: {
    items: {
      type: 'array',
      items: {
        type: 'object',
        required: ['chatId', 'agentId', 'summary'],
        properties: {
          chatId: { type: 'integer' },
          agentId: { type: ['integer', 'null'], description: 'null: no agent could take it now' },
          summary: { type: 'string' },
        },
      },
    },
  },
} as const

/** The body of an act, without the fields that the request itself has. */
type Deed = OperatorAct extends infer Act
  ? Act extends OperatorAct
    ? Omit<Act, 'idempotencyKey' | 'who' | 'at' | 'reason'>
    : never
  : never

/** `POST …`: operators' acts. A request repeated with its key is the same act. */
export function actRoutes(app: FastifyInstance, { context, clock }: RouteParts): void {
  function add<Body extends { readonly reason?: string | undefined }>(
    path: string,
    schema: { readonly summary: string; readonly params: object; readonly body: object },
    toDeed: (params: { agentId: number; chatId: number }, body: Body) => Deed,
  ): void {
    app.post(
      `/accounts/:account/${path}`,
      { schema: { ...schema, headers, response: { 200: result, 409: errorBody } } },
      async (request: FastifyRequest) => {
        const { who } = context.operatorOf(request)
        const { acts } = context.accountOf(request)
        const body = (request.body ?? {}) as Body
        const trimmed = body.reason?.trim() ?? ''
        const answer = await acts.perform({
          ...toDeed(request.params as { agentId: number; chatId: number }, body),
          idempotencyKey: String(request.headers['idempotency-key']),
          who,
          at: clock.now(),
          reason: trimmed === '' ? null : trimmed,
        })
        if (answer.status === 'refused') throw new ApiError(409, 'refused', answer.message)
        return answer
      },
    )
  }

  add<FromSchema<typeof pause>>(
    'agents/:agentId/pause',
    { summary: 'No new chats for an agent', params: agentParams, body: pause },
    ({ agentId }, { until }) => ({ kind: 'pause', agentId, until }),
  )
  add<FromSchema<typeof why>>(
    'agents/:agentId/resume',
    { summary: 'End an agent’s pause', params: agentParams, body: why },
    ({ agentId }) => ({ kind: 'resume', agentId }),
  )
  add<FromSchema<typeof handOver>>(
    'agents/:agentId/hand-over',
    { summary: 'Give an agent’s open chats to others', params: agentParams, body: handOver },
    ({ agentId }, { chatIds = null }) => ({ kind: 'hand over', agentId, chatIds }),
  )
  add<FromSchema<typeof mostToday>>(
    'agents/:agentId/most-today',
    { summary: 'At most so many new chats for an agent today', params: agentParams, body: mostToday },
    ({ agentId }, { most }) => ({ kind: 'most today', agentId, most }),
  )
  add<FromSchema<typeof assign>>(
    'chats/:chatId/assign',
    { summary: 'Assign a chat to an agent', params: chatParams, body: assign },
    ({ chatId }, { agentId }) => ({ kind: 'assign', chatId, agentId }),
  )
  add<FromSchema<typeof why>>(
    'chats/:chatId/look-again',
    { summary: 'Decide for a waiting chat again now', params: chatParams, body: why },
    ({ chatId }) => ({ kind: 'look again', chatId }),
  )
  add<FromSchema<typeof replay>>(
    'failures/replay',
    { summary: 'Try failed assignments again', params: accountParams, body: replay },
    (_params, { ids, since }) => {
      if (ids !== undefined) return { kind: 'replay', ids }
      if (since !== undefined) return { kind: 'replay all', since }
      throw new ApiError(400, 'bad_request', 'say which ones: "ids", or all "since" a time')
    },
  )

  app.get<{ Params: { agentId: number } }>(
    '/accounts/:account/agents/:agentId/hand-over',
    { schema: { summary: 'Who would get an agent’s chats now', params: agentParams, response: { 200: preview } } },
    async (request) => {
      const { acts } = context.accountOf(request)
      return { items: await acts.previewHandOver(request.params.agentId) }
    },
  )
}
