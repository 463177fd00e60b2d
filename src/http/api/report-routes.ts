import type { FastifyInstance } from 'fastify'
import type { FromSchema } from 'json-schema-to-ts'
import { ApiError } from './api-error.ts'
import { sendCsv } from './csv.ts'
import { zoneFor } from './now-routes.ts'
import type { RouteParts } from './request-context.ts'
import { readReport, report } from './report.ts'
import { accountParams } from './schemas.ts'
import { readStaffing, staffing } from './staffing.ts'

/** A year and a month. A longer report would block the service. */
const MAX_RANGE_DAYS = 400

const range = {
  type: 'object',
  required: ['from', 'to'],
  properties: {
    from: { type: 'integer', description: 'milliseconds since the epoch' },
    to: { type: 'integer' },
    departmentId: { type: 'integer', minimum: 1 },
    targetSeconds: { type: 'number', minimum: 0, default: 120, description: 'a chat should not wait longer' },
    zone: { type: 'string' },
  },
} as const
type Query = { Querystring: FromSchema<typeof range> }

/** `GET …/report` (and `.csv`) and `GET …/staffing`. */
export function reportRoutes(app: FastifyInstance, { context }: RouteParts): void {
  function rangeOf({ from, to, departmentId, targetSeconds }: Query['Querystring']) {
    if (to <= from) throw new ApiError(400, 'bad_request', '"to" should be after "from"')
    if (to - from > MAX_RANGE_DAYS * 86_400_000)
      throw new ApiError(400, 'bad_request', `at most ${MAX_RANGE_DAYS} days can be asked for at once`)
    return { from, to, departmentId, targetMs: targetSeconds * 1000 }
  }

  app.get<Query>(
    '/accounts/:account/report',
    {
      schema: { summary: 'What each agent got', params: accountParams, querystring: range, response: { 200: report } },
    },
    async (request) => readReport(context.accountOf(request), rangeOf(request.query)),
  )
  app.get<Query>(
    '/accounts/:account/report.csv',
    { schema: { summary: 'The same as CSV', params: accountParams, querystring: range } },
    async (request, reply) => {
      const { agents } = await readReport(context.accountOf(request), rangeOf(request.query))
      return sendCsv(
        reply,
        'report',
        [
          'agent',
          'agent id',
          'chats',
          'share',
          'weight',
          'hours on shift',
          'wait median s',
          'wait p90 s',
          'first answer median s',
          'first answer p90 s',
          'over target',
        ],
        agents.map((row) => [
          row.agentName,
          row.agentId,
          row.chats,
          row.share,
          row.weight,
          round(row.workingMs / 3_600_000),
          seconds(row.wait.median),
          seconds(row.wait.p90),
          seconds(row.firstAnswer.median),
          seconds(row.firstAnswer.p90),
          row.overTarget,
        ]),
      )
    },
  )
  app.get<Query>(
    '/accounts/:account/staffing',
    {
      schema: {
        summary: 'Arrivals and people on shift by weekday and hour',
        params: accountParams,
        querystring: range,
        response: { 200: staffing },
      },
    },
    async (request) => {
      const account = context.accountOf(request)
      return readStaffing(account, rangeOf(request.query), zoneFor(account, request.query.zone))
    },
  )
}

function seconds(ms: number | null): number | null {
  return ms === null ? null : round(ms / 1000)
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
