import { describe, expect, test } from 'vitest'
import type { Outcome } from '../../src/domain.ts'
import { OK, FAILED, openTestLane, settle } from '../support/lane.ts'

describe('while HelpCrunch is down', () => {
  test('after five failures in a row only single probes are sent, until one succeeds', async () => {
    const { clock, lane, probes, state, send } = openTestLane()
    state.probeAnswers = FAILED
    for (let i = 0; i < 5; i += 1) await send(FAILED)
    expect(lane.obstacle()).toMatchObject({ kind: 'down' })
    let isSent = false
    void send(OK).then(() => (isSent = true))
    for (let second = 0; second < 600; second += 1) {
      clock.advance(1000)
      await settle()
    }
    expect(isSent).toBe(false)
    expect(probes.length).toBeGreaterThan(100)
    expect(probes.length).toBeLessThan(220)
    state.probeAnswers = OK
    for (let second = 0; second < 5; second += 1) {
      clock.advance(1000)
      await settle()
    }
    expect(isSent).toBe(true)
    expect(lane.obstacle()).toBeNull()
  })

  test('failures between successes do not stop the lane', async () => {
    const { lane, send } = openTestLane()
    for (let i = 0; i < 20; i += 1) await send(i % 5 === 4 ? OK : FAILED)
    expect(lane.obstacle()).toBeNull()
  })
})

describe('five chats in a row that do not exist', () => {
  const GONE: Outcome<string> = { kind: 'gone', codes: [] }

  test('mean a wrong address where the list of agents does not exist either', async () => {
    const { clock, lane, probes, state, send } = openTestLane()
    state.probeAnswers = GONE
    for (let i = 0; i < 5; i += 1) await send(GONE)
    expect(lane.obstacle()).toMatchObject({ kind: 'down' })
    await clock.pass(60_000)
    expect(probes.length).toBeGreaterThan(10)
    expect(lane.obstacle()).toMatchObject({ kind: 'down' })
  })

  test('mean that the chats are gone where the list of agents exists', async () => {
    const { clock, lane, probes, send } = openTestLane()
    for (let i = 0; i < 5; i += 1) await send(GONE)
    await clock.pass(5000)
    expect(probes).toHaveLength(1)
    expect(lane.obstacle()).toBeNull()
  })
})

test('after a rejected key, one cheap probe is sent at growing intervals', async () => {
  const { clock, lane, probes, state, send } = openTestLane()
  state.probeAnswers = { kind: 'unauthorized', status: 401, codes: [] }
  await send({ kind: 'unauthorized', status: 401, codes: [] })
  const probedAt: number[] = []
  const start = clock.monotonic()
  for (let second = 0; second < 4000; second += 1) {
    clock.advance(1000)
    const before = probes.length
    await settle()
    if (probes.length > before || probes.length > probedAt.length) probedAt.push((clock.monotonic() - start) / 1000)
  }
  expect(probedAt).toEqual([5, 15, 35, 75, 155, 315, 635, 1275, 2175, 3075, 3975])
  expect(lane.obstacle()).toMatchObject({ kind: 'key rejected' })
})
