import type { FastifyInstance } from 'fastify'
import type { FromSchema } from 'json-schema-to-ts'
import { actRow, failedChat, unansweredChat, waitingChat } from '../../store/reports/shapes.ts'
import { sendCsv } from './csv.ts'
import type { RouteParts } from './request-context.ts'
import { accountParams, pageOf, paging } from './schemas.ts'

const MINUTE_MS = 60_000
const MAX_EXPORTED = 10_000

const waitingQuery = {
  type: 'object',
  properties: {
    ...paging,
    departmentId: { type: 'integer', minimum: 1 },
    label: { type: 'string', maxLength: 100 },
  },
} as const
const unansweredQuery = {
  type: 'object',
  properties: {
    ...paging,
    minutes: { type: 'number', minimum: 0, maximum: 100_000, default: 5 },
    agentId: { type: 'integer', minimum: 1 },
  },
} as const
const failuresQuery = {
  type: 'object',
  properties: {
    ...paging,
    since: { type: 'integer' },
    until: { type: 'integer' },
    state: { type: 'string', enum: ['dead', 'refused'], description: 'dead: given up after MAX_ATTEMPTS' },
  },
} as const
const actsQuery = {
  type: 'object',
  properties: { ...paging, kind: { type: 'string', maxLength: 40 }, actor: { type: 'string', maxLength: 200 } },
} as const

/**
 * The lists of waiting chats, unanswered chats, failed assignments and operators' acts, filtered and paged in the
 * database.
 */
export function listRoutes(app: FastifyInstance, { context, feeds, clock }: RouteParts): void {
  app.get<{ Querystring: FromSchema<typeof waitingQuery> }>(
    '/accounts/:account/waiting',
    {
      schema: {
        summary: 'Chats that wait for an agent, the oldest first, each with its reason',
        params: accountParams,
        querystring: waitingQuery,
        response: { 200: pageOf(waitingChat) },
      },
    },
    async (request) => {
      const account = context.accountOf(request)
      const filter = request.query
      return feeds.share(account, `waiting ${JSON.stringify(filter)}`, () =>
        account.reports.waiting({ ...filter, now: clock.now() }),
      )
    },
  )

  app.get<{ Querystring: FromSchema<typeof unansweredQuery> }>(
    '/accounts/:account/unanswered',
    {
      schema: {
        summary: 'Chats whose agent has not answered for so many minutes, the longest first',
        params: accountParams,
        querystring: unansweredQuery,
        response: { 200: pageOf(unansweredChat) },
      },
    },
    async (request) => {
      const account = context.accountOf(request)
      const { minutes, limit, ...filter } = request.query
      return feeds.share(account, `unanswered ${JSON.stringify(request.query)}`, () =>
        account.reports.unanswered({ ...filter, limit, before: clock.now() - minutes * MINUTE_MS }),
      )
    },
  )
  app.get<{ Querystring: FromSchema<typeof unansweredQuery> }>(
    '/accounts/:account/unanswered.csv',
    { schema: { summary: 'The same as CSV', params: accountParams, querystring: unansweredQuery } },
    async (request, reply) => {
      const { minutes, agentId } = request.query
      const before = clock.now() - minutes * MINUTE_MS
      const { reports } = context.accountOf(request)
      const { items } = await reports.unanswered({ agentId, before, limit: MAX_EXPORTED })
      return sendCsv(
        reply,
        'unanswered',
        ['chat', 'agent', 'agent id', 'department', 'unanswered since'],
        items.map((row) => [
          row.chatId,
          row.agentName,
          row.agentId,
          row.departmentName,
          new Date(row.unansweredSince).toISOString(),
        ]),
      )
    },
  )

  app.get<{ Querystring: FromSchema<typeof failuresQuery> }>(
    '/accounts/:account/failures',
    {
      schema: {
        summary: 'Assignments that were refused or given up, the latest first',
        params: accountParams,
        querystring: failuresQuery,
        response: { 200: pageOf(failedChat) },
      },
    },
    async (request) => {
      const account = context.accountOf(request)
      return account.reports.failures(request.query)
    },
  )

  app.get<{ Querystring: FromSchema<typeof actsQuery> }>(
    '/accounts/:account/actions',
    {
      schema: {
        summary: 'What operators did: who, when, why, and what came of it',
        params: accountParams,
        querystring: actsQuery,
        response: { 200: pageOf(actRow) },
      },
    },
    async (request) => {
      const account = context.accountOf(request)
      return account.reports.acts(request.query)
    },
  )
}
