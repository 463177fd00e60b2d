import type { FastifyInstance } from 'fastify'
import type { FromSchema } from 'json-schema-to-ts'
import { agentRow } from '../../store/reports/shapes.ts'
import { ApiError } from './api-error.ts'
import type { ApiAccount } from './contract.ts'
import { isZone, startOfDay } from './local-time.ts'
import type { RouteParts } from './request-context.ts'
import { accountParams, pageOf, paging, time, timeOrNull } from './schemas.ts'

/** The most agents that are counted. */
const MAX_AGENTS = 5000

const check = {
  type: 'object',
  properties: { name: { type: 'string' }, ok: { type: 'boolean' }, detail: { type: 'string' } },
} as const
const now = {
  type: 'object',
  properties: {
    at: time,
    zone: { type: ['string', 'null'], description: 'the team’s time zone, where the shifts name one' },
    waiting: { type: 'integer' },
    decided: { type: 'integer' },
    oldestWaitingAt: timeOrNull,
    failed: { type: 'integer' },
    agents: { type: 'integer' },
    availableAgents: { type: 'integer', description: 'on shift, not paused, with room for another chat' },
    requestsLastMinute: { type: 'integer' },
    limitPerMinute: { type: 'integer' },
    heldUntil: { ...timeOrNull, description: 'HelpCrunch asked to be sent nothing until then' },
    rulesVersion: { type: ['string', 'null'] },
    rulesRefusal: { type: ['string', 'null'] },
    isDryRun: { type: 'boolean' },
    checks: { type: 'array', items: check, description: 'empty where another instance decides for the account' },
    departments: {
      type: 'array',
      items: { type: 'object', properties: { id: { type: 'integer' }, name: { type: 'string' } } },
    },
    chatUrl: { type: ['string', 'null'], description: 'a chat’s page in HelpCrunch, with {id} for its id' },
  },
} as const
const agentsQuery = {
  type: 'object',
  properties: { ...paging, search: { type: 'string', maxLength: 100 }, zone: { type: 'string' } },
} as const
const agent = {
  ...agentRow,
  required: [...agentRow.required, 'state', 'stateUntil', 'capacity', 'weight'],
  properties: {
    ...agentRow.properties,
    state: { type: 'string' },
    stateUntil: { ...timeOrNull, description: 'when the state ends by itself' },
    capacity: { type: ['number', 'null'], description: 'chats at once; null: no limit' },
    weight: { type: 'number' },
  },
} as const

/** `GET …/now` and `GET …/agents`: what the first screen shows. */
export function nowRoutes(app: FastifyInstance, { context, feeds, clock }: RouteParts): void {
  app.get(
    '/accounts/:account/now',
    { schema: { summary: 'The figures of this moment', params: accountParams, response: { 200: now } } },
    async (request) => {
      const account = context.accountOf(request)
      return feeds.share(account, 'now', () => readNow(account, clock.now()))
    },
  )
  app.get<{ Querystring: FromSchema<typeof agentsQuery> }>(
    '/accounts/:account/agents',
    {
      schema: {
        summary: 'Agents with their load and state',
        params: accountParams,
        querystring: agentsQuery,
        response: { 200: pageOf(agent) },
      },
    },
    async (request) => {
      const account = context.accountOf(request)
      const { zone, ...filter } = request.query
      const today = startOfDay(clock.now(), zoneFor(account, zone))
      return feeds.share(account, `agents ${JSON.stringify([filter, today])}`, async () => {
        const { items, next } = await account.reports.agents({ ...filter, since: today })
        const at = clock.now()
        return {
          next,
          items: items.map((row) => {
            const { state, until, capacity, weight } = account.rules.statusOf(row, at)
            return { ...row, state, stateUntil: until, capacity, weight }
          }),
        }
      })
    },
  )
}

/**
 * The time zone for an answer: the team's, else the reader's.
 * @throws ApiError 400 for a zone that does not exist
 */
export function zoneFor(account: ApiAccount, asked: string | undefined): string {
  const zone = account.rules.zone() ?? asked ?? 'UTC'
  if (!isZone(zone)) throw new ApiError(400, 'no_such_zone', `"${zone}" is not a time zone, such as Europe/Kyiv`)
  return zone
}

async function readNow(account: ApiAccount, at: number) {
  const { reports, rules, isDryRun, limitPerMinute } = account
  const overview = await reports.overview(at)
  const { items: agents } = await reports.agents({ limit: MAX_AGENTS, since: at })
  return {
    at,
    zone: rules.zone(),
    ...overview,
    agents: agents.length,
    availableAgents: agents.filter((row) => rules.statusOf(row, at).state === 'available').length,
    limitPerMinute,
    rulesVersion: rules.version(),
    rulesRefusal: rules.refusal(),
    isDryRun,
    checks: account.checks(),
    departments: await reports.departments(),
    chatUrl: account.chatUrl(0)?.replace(/0$/, '{id}') ?? null,
  }
}
