import { describe, expect, test } from 'vitest'
import type { Priority } from '../../src/rate-limit/contract.ts'
import type { Outcome } from '../../src/domain.ts'
import { LeaseLost } from '../../src/store/contract.ts'
import { OK, openTestLane, settle } from '../support/lane.ts'

describe('who goes first', () => {
  /** A place is free every ten seconds; whoever gets one adds their name. */
  function openScarce() {
    const { clock, lane } = openTestLane(
      12,
      Array.from({ length: 12 }, (_, index) => index * 5000 + 2500),
    )
    const order: string[] = []
    const add = (priority: Priority, name: string) =>
      lane.run(priority, async (slot) => {
        await slot.send(async () => OK)
        order.push(name)
      })
    const pass = async (seconds: number) => {
      for (let second = 0; second < seconds; second += 1) {
        clock.advance(1000)
        await settle()
      }
    }
    return { order, add, pass }
  }

  test('an assignment that comes later goes before what is in the background', async () => {
    const { order, add, pass } = openScarce()
    const all = [add('background', 'search'), add('background', 'roster'), add('assignment', 'chat')]
    await pass(20)
    await Promise.all(all)
    expect(order).toEqual(['chat', 'search', 'roster'])
  })

  test('behind a backlog without end, the background gets a request through after half a minute', async () => {
    const { order, add, pass } = openScarce()
    const all = [
      add('background', 'roster'),
      ...Array.from({ length: 9 }, (_, index) => add('assignment', `chat ${index}`)),
    ]
    await pass(60)
    await Promise.all(all)
    expect(order.indexOf('roster')).toBe(6)
  })
})

test('never more than the limit, whoever asks; what an earlier run sent counts', async () => {
  const { clock, send } = openTestLane(3, [30_000])
  const done: number[] = []
  for (let i = 0; i < 3; i += 1) void send(OK).then(() => done.push(clock.monotonic()))
  await settle()
  expect(done).toHaveLength(2)
  clock.advance(32_001)
  await settle()
  expect(done).toHaveLength(3)
})

test('nothing leaves once another copy may decide, though it was noted already', async () => {
  const { lane, state, send } = openTestLane()
  let hasLeft = false
  const noted = lane.run('assignment', async (slot) => {
    state.maySend = false
    return slot.send(async () => {
      hasLeft = true
      return OK
    })
  })
  await expect(noted).rejects.toThrow(LeaseLost)
  expect(hasLeft).toBe(false)
  state.maySend = true
  expect(await send(OK)).toEqual(OK)
})

test('no more than six requests are under way at 120 a minute', async () => {
  const { lane } = openTestLane()
  let underWay = 0
  const { promise, resolve } = Promise.withResolvers<Outcome<string>>()
  const all = Array.from({ length: 20 }, () =>
    lane.request('assignment', () => {
      underWay += 1
      return promise
    }),
  )
  await settle()
  expect(underWay).toBe(6)
  resolve(OK)
  await Promise.all(all)
})

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

  test('nor does it for the next decider', async () => {
    const { clock, lane, heldUntil } = openTestLane()
    const { promise: isDecided, resolve } = Promise.withResolvers<void>()
    const limited = (retryAfterMs: number) => async (): Promise<Outcome<string>> => ({ kind: 'limited', retryAfterMs })
    // A turn that has its place in the lane, and decides.
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
    [86_400_000, 15 * 60_000],
  ])('an earlier run that was to hold for %i ms more: nothing is sent for %i ms', async ([heldMs = 0, waitMs = 0]) => {
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

test('closing waits for what is under way, and starts nothing more', async () => {
  const { lane } = openTestLane()
  const { promise, resolve } = Promise.withResolvers<Outcome<string>>()
  const sent = lane.request('assignment', () => promise)
  for (let i = 0; i < 5; i += 1) void lane.request('assignment', () => promise)
  const waiting = lane.request('assignment', () => promise).catch((error: unknown) => (error as Error).message)
  await settle()
  let isClosed = false
  const closed = lane.close().then(() => (isClosed = true))
  await settle()
  expect(isClosed).toBe(false)
  resolve(OK)
  await Promise.all([sent, closed])
  expect(await waiting).toBe('The queue was cleared')
})
