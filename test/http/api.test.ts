import { pino } from 'pino'
import { expect, onTestFinished, test } from 'vitest'
import { readWebhook } from '../../src/helpcrunch/webhook.ts'
import { createMetrics } from '../../src/http/metrics.ts'
import { createServer } from '../../src/http/server.ts'
import { doorOf } from '../support/door.ts'
import { createManualClock } from '../support/manual-clock.ts'

const TOKEN = 'test-admin-token-0123456789'

/** The service’s HTTP side with `ADMIN_TOKEN`, on which no chat is on record. */
function ask(authorization: string | undefined, adminToken: string | null = TOKEN) {
  const { registry, meterOf } = createMetrics()
  const { app } = createServer({
    http: {
      ...doorOf({
        signingKeys: ['test-signing-key'],
        meter: meterOf(null),
        receive: async () => 'accepted',
        receiveCustomer: async () => 'accepted',
      }),
      maxAgeMs: 86_400_000,
      readWebhook,
      adminToken,
      readiness: async () => ({ isReady: true, checks: [] }),
    },
    registry,
    clock: createManualClock(),
    logger: pino({ level: 'silent' }),
  })
  onTestFinished(() => app.close())
  const headers = authorization === undefined ? {} : { authorization }
  return app.inject({ url: '/api/chats/5/why', headers })
}

test('whoever has the whole token is answered', async () => {
  const response = await ask(`Bearer ${TOKEN}`)
  expect([response.statusCode, response.json()]).toEqual([404, { error: 'never heard of this chat' }])
})

test.for([
  ['no token', undefined],
  ['an empty one', 'Bearer '],
  ['its first 13 characters', `Bearer ${TOKEN.slice(0, 13)}`],
  ['all but its last character', `Bearer ${TOKEN.slice(0, -1)}`],
  ['its first characters with others after them', `Bearer ${TOKEN.slice(0, 13)}${'x'.repeat(TOKEN.length - 13)}`],
  ['the token with more after it', `Bearer ${TOKEN}0`],
  ['the token without its scheme', TOKEN],
] as const)('%s is not enough', async ([_case, authorization]) => {
  const response = await ask(authorization)
  expect([response.statusCode, response.json()]).toEqual([401, { error: 'ADMIN_TOKEN missing or wrong' }])
})

test('without ADMIN_TOKEN there is no API, whatever is sent', async () => {
  expect((await ask('Bearer null', null)).statusCode).toBe(404)
})
