import { describe, expect, test } from 'vitest'
import type { Priority } from '../../src/rate-limit/contract.ts'
import type { Outcome } from '../../src/domain.ts'
import { LeaseLost } from '../../src/store/contract.ts'
import { OK, openTestLane, settle } from '../support/lane.ts'

describe('order', () => {
  /** A slot is free every ten seconds; each request that gets one adds its name. */
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

  test('an assignment goes before a background request that came earlier', async () => {
    const { order, add, pass } = openScarce()
    const all = [add('background', 'search'), add('background', 'roster'), add('assignment', 'chat')]
    await pass(20)
    await Promise.all(all)
    expect(order).toEqual(['chat', 'search', 'roster'])
  })

  test('a background request gets through after half a minute, even behind an endless backlog', async () => {
    const { order, add, pass } = openScarce()
    const all = [
      add('background', 'roster'),
      ...Array.from({ length: 9 }, (_, index) => add('assignment', `chat ${index}`)),
    ]
    await pass(60)
    await Promise.all(all)
    expect(order.indexOf('roster')).toBe(6)
  })

  test('of many background requests only one gets through in half a minute', async () => {
    const { order, add, pass } = openScarce()
    const all = [
      ...Array.from({ length: 5 }, (_, index) => add('background', `note ${index}`)),
      ...Array.from({ length: 14 }, (_, index) => add('assignment', `chat ${index}`)),
    ]
    await pass(59)
    expect(order.filter((name) => name.startsWith('note'))).toEqual(['note 0'])
    await pass(60)
    await Promise.all(all)
  })
})

test('never more than the limit is sent; requests of an earlier run count', async () => {
  const { clock, send } = openTestLane(3, [30_000])
  const done: number[] = []
  for (let i = 0; i < 3; i += 1) void send(OK).then(() => done.push(clock.monotonic()))
  await settle()
  expect(done).toHaveLength(2)
  clock.advance(32_001)
  await settle()
  expect(done).toHaveLength(3)
})

test('no request leaves once another instance may decide, even one that was recorded already', async () => {
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

test('the lease is checked again as a request leaves, after its connection was made', async () => {
  const { lane, state } = openTestLane()
  let hasLeft = false
  const noted = lane.run('assignment', (slot) =>
    slot.send(async (checkLease) => {
      state.maySend = false
      checkLease()
      hasLeft = true
      return OK
    }),
  )
  await expect(noted).rejects.toThrow(LeaseLost)
  expect(hasLeft).toBe(false)
})

test('while nothing is known of bursts, four requests leave at once, and more only at the steady rate', async () => {
  const { clock, lane } = openTestLane()
  let underWay = 0
  const { promise, resolve } = Promise.withResolvers<Outcome<string>>()
  const all = Array.from({ length: 20 }, () =>
    lane.request('assignment', () => {
      underWay += 1
      return promise
    }),
  )
  await settle()
  expect(underWay).toBe(4)
  await clock.pass(1000)
  expect(underWay).toBe(6)
  resolve(OK)
  await Promise.all(all)
})

test('closing waits for requests under way, and starts no more', async () => {
  const { lane } = openTestLane()
  const { promise, resolve } = Promise.withResolvers<Outcome<string>>()
  const sent = lane.request('assignment', () => promise)
  for (let i = 0; i < 3; i += 1) void lane.request('assignment', () => promise)
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
