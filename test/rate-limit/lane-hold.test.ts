import { describe, expect, test } from 'vitest'
import type { Outcome } from '../../src/domain.ts'
import { OK, openTestLane, settle } from '../support/lane.ts'

describe('429', () => {
  test('holds everything for as long as it says, and a shorter one later does not shorten it', async () => {
    const { clock, lane, send } = openTestLane()
    const limited = (retryAfterMs: number): Outcome<string> => ({ kind: 'limited', retryAfterMs })
    await Promise.all([send(limited(20_000)), send(limited(2000))])
    let isSent = false
    void send(OK).then(() => (isSent = true))
    expect(lane.obstacle()).toMatchObject({ kind: 'limited' })
    clock.advance(19_999)
    await settle()
    expect(isSent).toBe(false)
    clock.advance(1)
    await settle()
    expect(isSent).toBe(true)
    expect(lane.obstacle()).toBeNull()
  })

  test('a shorter one later does not shorten the hold of the next decider either', async () => {
    const { clock, lane, heldUntil } = openTestLane()
    const { promise: isDecided, resolve } = Promise.withResolvers<void>()
    const limited = (retryAfterMs: number) => async (): Promise<Outcome<string>> => ({ kind: 'limited', retryAfterMs })
    // A request that has its place in the lane, and is still decided.
    const slow = lane.run('assignment', async (slot) => {
      await isDecided
      return slot.send(limited(2000))
    })
    await lane.run('assignment', (slot) => slot.send(limited(60_000)))
    const until = clock.now() + 60_000
    clock.advance(10)
    resolve()
    await slow
    expect(heldUntil()).toBe(until)
  })

  test.for([
    [20_000, 20_000],
    [-5000, 0],
    [15 * 60_000, 15 * 60_000],
    // Longer than any: the clock was set back since, and how long it was is not known.
    [86_400_000, 60_000],
  ])('of an earlier run, with %i ms of its hold left, holds everything for %i ms', async ([heldMs = 0, waitMs = 0]) => {
    const { clock, send } = openTestLane(120, [], heldMs)
    let isSent = false
    void send(OK).then(() => (isSent = true))
    await clock.pass(Math.max(0, waitMs - 1))
    expect(isSent).toBe(waitMs === 0)
    await clock.pass(1)
    expect(isSent).toBe(true)
  })

  test('without a time backs off exponentially, up to a minute', async () => {
    const { clock, send } = openTestLane()
    const waits: number[] = []
    for (let i = 0; i < 8; i += 1) {
      const askedAt = clock.monotonic()
      const sent = send({ kind: 'limited', retryAfterMs: null })
      await settle()
      while (clock.timers > 0 && clock.monotonic() - askedAt < 70_000) clock.advance(1000)
      await sent
      waits.push(clock.monotonic() - askedAt)
    }
    expect(waits).toEqual([2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000])
  })
})

describe('a hold that begins while a request is decided and recorded', () => {
  const LIMITED: Outcome<string> = { kind: 'limited', retryAfterMs: 20_000 }

  test('stops that request, and not the next slot after the hold', async () => {
    const { clock, lane, send } = openTestLane()
    const { promise: isDecided, resolve } = Promise.withResolvers<void>()
    const slow = lane.run('assignment', async (slot) => {
      const before = slot.mayLeave()
      await isDecided
      return [before, slot.mayLeave()]
    })
    await send(LIMITED)
    resolve()
    expect(await slow).toEqual([true, false])
    const next = lane.run('assignment', async (slot) => slot.mayLeave())
    await clock.pass(20_000)
    expect(await next).toBe(true)
  })

  test('stops it also where the key was rejected', async () => {
    const { lane, send } = openTestLane()
    const { promise: isDecided, resolve } = Promise.withResolvers<void>()
    const slow = lane.run('assignment', async (slot) => {
      await isDecided
      return slot.mayLeave()
    })
    await send({ kind: 'unauthorized', status: 401, codes: [] })
    resolve()
    expect(await slow).toBe(false)
  })

  test('makes a background request wait, which is sent once', async () => {
    const { clock, lane, state, send } = openTestLane()
    const { promise, resolve } = Promise.withResolvers<void>()
    let sent = 0
    const limited = send(LIMITED)
    state.isRecorded = promise
    const search = lane.request('background', async () => {
      sent += 1
      return OK
    })
    await limited
    resolve()
    await clock.pass(19_999)
    expect(sent).toBe(0)
    await clock.pass(1)
    expect(await search).toEqual(OK)
    expect(sent).toBe(1)
  })
})

test('of requests that are refused together, only the first refusal changes the learned burst', async () => {
  const { clock, lane, learned } = openTestLane()
  const answers = Array.from({ length: 4 }, () => Promise.withResolvers<Outcome<string>>())
  const all = answers.map(({ promise }) => lane.request('assignment', () => promise))
  await settle()
  for (const { resolve } of answers.toReversed()) {
    resolve({ kind: 'limited', retryAfterMs: null })
    await clock.pass(50)
  }
  await Promise.all(all)
  expect(learned.map(({ burst }) => burst)).toEqual([2])
})
