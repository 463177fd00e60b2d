import type { FastifyInstance } from 'fastify'
import type { FromSchema } from 'json-schema-to-ts'
import { policyVersion } from '../../store/reports/shapes.ts'
import type { RouteParts } from './request-context.ts'
import { accountParams, pageOf, paging } from './schemas.ts'

/** The size of the largest routing file that is accepted. */
const MAX_TEXT = 1_000_000

const strings = { type: 'array', items: { type: 'string' } } as const
const rules = {
  type: 'object',
  properties: {
    version: { type: ['string', 'null'] },
    refusal: { type: ['string', 'null'], description: 'why the last change was refused' },
    zone: { type: ['string', 'null'] },
    sentences: { ...strings, description: 'the rules in words' },
    findings: { ...strings, description: 'what makes no sense in them' },
  },
} as const
const checked = {
  type: 'object',
  properties: { mistakes: strings, sentences: strings, findings: strings },
} as const
const candidate = {
  type: 'object',
  required: ['text'],
  properties: { text: { type: 'string', maxLength: MAX_TEXT, description: 'a routing file (YAML)' } },
} as const
const versionsQuery = { type: 'object', properties: paging } as const

/** `GET …/rules`, its versions, and `POST …/rules/check` for a file that is not in force. */
export function rulesRoutes(app: FastifyInstance, { context }: RouteParts): void {
  app.get(
    '/accounts/:account/rules',
    { schema: { summary: 'The rules in force, in words', params: accountParams, response: { 200: rules } } },
    async (request) => {
      const { rules: inForce } = context.accountOf(request)
      const { sentences, findings } = await inForce.describe()
      return { version: inForce.version(), refusal: inForce.refusal(), zone: inForce.zone(), sentences, findings }
    },
  )
  app.get<{ Querystring: FromSchema<typeof versionsQuery> }>(
    '/accounts/:account/rules/versions',
    {
      schema: {
        summary: 'The versions that were in force, the latest first',
        params: accountParams,
        querystring: versionsQuery,
        response: { 200: pageOf(policyVersion) },
      },
    },
    async (request) => {
      return context.accountOf(request).reports.versions(request.query)
    },
  )
  app.post<{ Body: FromSchema<typeof candidate> }>(
    '/accounts/:account/rules/check',
    {
      bodyLimit: 2 * MAX_TEXT,
      schema: {
        summary: 'Check a routing file without putting it in force; for operators, since a large one takes a second',
        params: accountParams,
        body: candidate,
        response: { 200: checked },
      },
    },
    async (request) => {
      context.operatorOf(request)
      return context.accountOf(request).rules.check(request.body.text)
    },
  )
}
