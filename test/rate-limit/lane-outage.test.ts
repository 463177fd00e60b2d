import { describe, expect, test } from 'vitest'
import type { Outcome } from '../../src/domain.ts'
import { OK, FAILED, openTestLane, settle } from '../support/lane.ts'

describe('while HelpCrunch is down', () => {
  test('after five failures in a row only probes are sent, one at a time, and it goes on within seconds of the return', async () => {
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

  test('failures between successes open nothing', async () => {
    const { lane, send } = openTestLane()
    for (let i = 0; i < 20; i += 1) await send(i % 5 === 4 ? OK : FAILED)
    expect(lane.obstacle()).toBeNull()
  })
})

describe('chats that do not exist', () => {
  const GONE: Outcome<string> = { kind: 'gone', codes: [] }

  test('five in a row, and agents that do not either: the address is wrong', async () => {
    const { clock, lane, probes, state, send } = openTestLane()
    state.probeAnswers = GONE
    for (let i = 0; i < 5; i += 1) await send(GONE)
    expect(lane.obstacle()).toMatchObject({ kind: 'down' })
    await clock.pass(60_000)
    expect(probes.length).toBeGreaterThan(10)
    expect(lane.obstacle()).toMatchObject({ kind: 'down' })
  })

  test('five in a row, and agents that do: they have disappeared, and it goes on', async () => {
    const { clock, lane, probes, send } = openTestLane()
    for (let i = 0; i < 5; i += 1) await send(GONE)
    await clock.pass(5000)
    expect(probes).toHaveLength(1)
    expect(lane.obstacle()).toBeNull()
  })
})

test('a rejected key is tried again with one cheap call at growing intervals', async () => {
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
