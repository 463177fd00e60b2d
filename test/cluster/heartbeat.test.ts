import { pino } from 'pino'
import { describe, expect, test } from 'vitest'
import { createHeartbeat } from '../../src/cluster/heartbeat.ts'
import type { Leases } from '../../src/store/contract.ts'
import { createManualClock } from '../support/manual-clock.ts'

const SILENT = pino({ level: 'silent' })

describe('an instance with a heartbeat', () => {
  function openLife() {
    const clock = createManualClock()
    const state = { ended: 0, isAnswering: true, isForgotten: false }
    const never = new Promise<never>(() => undefined)
    const leases: Pick<Leases, 'join' | 'renew'> = {
      join: () => (state.isAnswering ? Promise.resolve() : never),
      renew: () => {
        if (!state.isAnswering) return never
        return Promise.resolve(state.isForgotten ? null : { now: clock.now(), instances: 1 })
      },
    }
    const life = createHeartbeat({
      leases: leases as Leases,
      onBeat: () => undefined,
      onEnded: () => (state.ended += 1),
      onTime: () => undefined,
      clock,
      logger: SILENT,
    })
    return { clock, life, state }
  }

  test('gives up after three seconds, though the database does not answer at all', async () => {
    const { clock, life, state } = openLife()
    await life.begin()
    state.ended = 0
    state.isAnswering = false
    await clock.pass(2900)
    expect([life.isAlive(), state.ended]).toEqual([true, 0])
    await clock.pass(200)
    expect([life.isAlive(), state.ended]).toEqual([false, 1])
  })

  test('gives up at once after its machine slept: the time of day is ahead of the monotonic clock', async () => {
    const { clock, life } = openLife()
    await life.begin()
    clock.set(clock.now() + 10_000)
    expect(life.isAlive()).toBe(false)
  })

  test('gives up at once when the database says that its heartbeat had expired', async () => {
    const { clock, life, state } = openLife()
    await life.begin()
    state.ended = 0
    state.isForgotten = true
    await clock.pass(500)
    expect([life.isAlive(), state.ended]).toEqual([false, 1])
  })

  test('keeps its heartbeat as long as the database answers', async () => {
    const { clock, life, state } = openLife()
    await life.begin()
    state.ended = 0
    await clock.pass(60_000)
    expect([life.isAlive(), state.ended]).toEqual([true, 0])
  })
})
