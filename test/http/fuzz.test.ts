import * as fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { sign } from '../../demo/sender.ts'
import type { ChatEvent } from '../../src/domain.ts'
import { readWebhook } from '../../src/helpcrunch/webhook.ts'
import { createMetrics } from '../../src/http/metrics.ts'
import { createServer } from '../../src/http/server.ts'
import { anyEnvelope } from '../support/any-webhook.ts'
import { doorOf, SILENT } from '../support/door.ts'

/** `FUZZ_RUNS=100000 npx vitest run test/http/fuzz.test.ts` for a long look. */
const RUNS = Number(process.env.FUZZ_RUNS ?? 3000)
const KEY = 'fuzz-key'

const body = fc.oneof(
  { weight: 5, arbitrary: anyEnvelope.map((json) => Buffer.from(JSON.stringify(json))) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)) },
  { weight: 1, arbitrary: fc.json().map((json) => Buffer.from(json)) },
)

test('no body makes the route fail, and nothing is stored without a signature', { timeout: 600_000 }, async () => {
  const stored: ChatEvent[] = []
  const { registry } = createMetrics()
  const { app } = createServer({
    http: {
      ...doorOf({
        signingKeys: [KEY],
        meter: createMetrics().meterOf(null),
        receive: async (event) => {
          stored.push(event)
          return 'accepted'
        },
      }),
      maxAgeMs: 86_400_000,
      isClockSure: () => true,
      readWebhook,
      readiness: async () => ({ isReady: true, checks: [] }),
    },
    registry,
    clock: systemClock,
    logger: SILENT,
  })
  onTestFinished(() => app.close())
  const post = (payload: Buffer, headers: Record<string, string>) =>
    app.inject({
      method: 'POST',
      url: '/webhooks/helpcrunch',
      payload,
      headers: { 'content-type': 'application/json', ...headers },
    })

  await fc.assert(
    fc.asyncProperty(body, fc.boolean(), async (payload, isSigned) => {
      const before = stored.length
      const answer = await post(payload, isSigned ? { 'x-helpcrunch-signature': sign(payload, KEY) } : {})
      expect([200, 400, 401, 429]).toContain(answer.statusCode)
      expect(answer.statusCode === 401 || answer.statusCode === 429).toBe(!isSigned)
      const isStored = stored.length > before
      expect(isStored).toBe(answer.statusCode === 200 && answer.json<{ status: string }>().status === 'accepted')
      const event = stored.at(-1)
      expect(event === undefined || (Number.isSafeInteger(event.chatId) && Number.isFinite(event.occurredAt))).toBe(
        true,
      )
    }),
    { numRuns: RUNS },
  )
  expect(stored.length).toBeGreaterThan(RUNS / 200)
})
