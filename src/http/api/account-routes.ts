import type { FastifyInstance } from 'fastify'
import type { FromSchema } from 'json-schema-to-ts'
import type { ApiParts } from '../contract.ts'
import type { RequestContext } from './request-context.ts'
import { timeOrNull } from './schemas.ts'

const accountOverview = {
  type: 'object',
  required: ['name', 'waiting', 'oldestWaitingAt', 'failed', 'rulesVersion', 'rulesRefusal'],
  properties: {
    name: { type: 'string' },
    waiting: { type: 'integer' },
    oldestWaitingAt: timeOrNull,
    failed: { type: 'integer' },
    rulesVersion: { type: ['string', 'null'] },
    rulesRefusal: { type: ['string', 'null'], description: 'why the last change of the rules was refused' },
  },
} as const
const answer = {
  type: 'object',
  required: ['accounts'],
  properties: { accounts: { type: 'array', items: accountOverview } },
} as const

/** `GET /accounts`: all accounts that the sender may see, at a glance. */
export function accountRoutes(app: FastifyInstance, context: RequestContext, { accounts, clock }: ApiParts): void {
  app.get(
    '/accounts',
    { schema: { summary: 'The accounts at a glance', response: { 200: answer } } },
    async (request): Promise<FromSchema<typeof answer>> => {
      const { accounts: allowed } = context.identityOf(request)
      const visible = [...accounts.values()].filter(({ name }) => allowed?.includes(name) ?? true)
      return {
        accounts: await Promise.all(
          visible.map(async ({ name, reports, rules }) => {
            const { waiting, oldestWaitingAt, failed } = await reports.overview(clock.now())
            const [rulesVersion, rulesRefusal] = [rules.version(), rules.refusal()]
            return { name, waiting, oldestWaitingAt, failed, rulesVersion, rulesRefusal }
          }),
        ),
      }
    },
  )
}
