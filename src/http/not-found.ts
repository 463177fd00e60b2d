import type { FastifyPluginCallback } from 'fastify'
import type { Clock } from '../domain.ts'
import type { HttpParts } from './contract.ts'
import { createSampledLog } from './sampled-log.ts'
import { WEBHOOK_PATH } from './webhook-route.ts'

const MAX_PATH_LENGTH = 200

/**
 * Answers 404 for unknown paths. A POST among these may be a webhook with a wrong address in HelpCrunch: it is counted,
 * and logged with its path, so that the mistake is visible here.
 */
export const notFound: FastifyPluginCallback<{ parts: HttpParts; clock: Clock }> = (app, { parts, clock }, done) => {
  const right = parts.onlyDoor === null ? `${WEBHOOK_PATH}/{account}` : WEBHOOK_PATH
  const log = createSampledLog(clock)
  app.setNotFoundHandler(async (request, reply) => {
    if (request.method === 'POST') {
      parts.meter.webhook('rejected', 'misdirected')
      const path = (request.url.split('?')[0] ?? '').slice(0, MAX_PATH_LENGTH)
      log((more) =>
        request.log.warn({ statusCode: 404, path, ...more }, `webhook rejected: wrong path, it should be ${right}`),
      )
    }
    return reply.code(404).send({ error: `there is nothing here; webhooks go to ${right}` })
  })
  done()
}
