import * as fc from 'fast-check'
import { expect } from 'vitest'
import type { AgentId } from '../../../src/domain.ts'
import { readWebhook } from '../../../src/helpcrunch/webhook.ts'
import { anyEnvelope } from '../../support/any-webhook.ts'
import { agentId, snapshotEvent } from '../../support/events.ts'
import { T, type StoreTest } from './store-test.ts'

const LAST = 1_000_000

/** A webhook that could be stored, but not applied, would stop all decisions of the account. */
export function anythingContract(test: StoreTest): void {
  test('any webhook is stored and applied, and the next chat is decided', async ({
    world: { store, clock, receive, take, settle, assigned },
  }) => {
    let next = LAST
    const given: (AgentId | null)[] = []
    await fc.assert(
      fc.asyncProperty(fc.array(anyEnvelope, { minLength: 10, maxLength: 30 }), async (envelopes) => {
        const readings = envelopes.map((envelope) => readWebhook(structuredClone(envelope), clock.now()))
        await Promise.all(readings.flatMap((reading) => ('event' in reading ? [store.receive(reading.event)] : [])))
        next += 1
        await receive(snapshotEvent('chat.new', next, T))
        for (let turn = await take(1); turn !== null; turn = await take(1)) {
          if (turn.kind === 'fetch') {
            await settle(turn, { to: 'known', snapshot: { assigneeId: null }, answeredAt: clock.now() })
            continue
          }
          if (turn.kind === 'put' && turn.chatId === next) given.push(turn.agentId)
          await settle(turn, assigned({ assigneeId: agentId(1) }))
        }
      }),
      { numRuns: 50, endOnFailure: true },
    )
    expect(given).toEqual(Array.from({ length: next - LAST }, () => 1))
  })
}
