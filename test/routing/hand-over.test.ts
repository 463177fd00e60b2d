import { describe, expect, test } from 'vitest'
import type { RoutingFile } from '../../src/routing/file-schema.ts'
import { openDesk, rosterOf, type Desk } from '../support/desk.ts'
import { agentId, agentMessage, customerMessage, snapshotEvent } from '../support/events.ts'
import { at, MINUTE } from '../support/shifts.ts'

const hours = (from: string, to: string) => ({
  zone: 'Europe/Kyiv',
  hours: [{ days: ['mon' as const, 'tue' as const, 'wed' as const], from, to }],
})
const FILE: RoutingFile = {
  rules: 'available,load,round-robin',
  shifts: { day: hours('09:00', '18:00'), late: hours('17:00', '23:00') },
  agents: { 1: { shift: 'day' }, 2: { shift: 'late' } },
  handOver: { atShiftEnd: true },
}

async function move(desk: Desk, local: string): Promise<number[]> {
  desk.clock.set(at(local))
  return (await desk.handOut()).map(([, agent]) => agent)
}

describe('at the end of a shift', () => {
  test('a chat goes to an agent who is there, and one that a person assigned stays', async () => {
    const desk = await openDesk(FILE, rosterOf([1, 2]), at('2026-06-01T16:00'))
    const [ours, byHand] = [await desk.arrive(), await desk.arrive()]
    await desk.handOut()
    await desk.receive(snapshotEvent('chat.assigned', byHand, desk.clock.now() + 1000, { assigneeId: agentId(2) }))
    await desk.receive(snapshotEvent('chat.assigned', byHand, desk.clock.now() + 2000, { assigneeId: agentId(1) }))
    expect(await desk.nextDueAt()).toBe(at('2026-06-01T18:00'))
    expect(await move(desk, '2026-06-01T17:59')).toEqual([])
    expect(await move(desk, '2026-06-01T18:00')).toEqual([2])
    expect([await desk.assigneeOf(ours), await desk.assigneeOf(byHand)]).toEqual([2, 1])
  })

  test('a chat stays with its agent where no other agent is there, also the next morning', async () => {
    const alone: RoutingFile = { ...FILE, agents: { 1: { shift: 'day' }, 2: { shift: 'day' } } }
    const desk = await openDesk(alone, rosterOf([1, 2]), at('2026-06-01T16:00'))
    const chat = await desk.arrive()
    expect(await desk.handOut()).toEqual([[chat, 1]])
    for (const time of [
      '2026-06-01T18:00',
      '2026-06-02T08:59',
      '2026-06-02T09:00',
      '2026-06-02T18:00',
      '2026-06-03T09:00',
    ]) {
      expect(await move(desk, time)).toEqual([])
    }
    expect(await desk.assigneeOf(chat)).toBe(1)
  })
})

describe('an agent who has answered keeps the chat', () => {
  const TEN: RoutingFile = { rules: 'available,round-robin', noAnswer: { minutes: 10 } }

  test('where the customer’s message arrives after the answer to it', async () => {
    const desk = await openDesk(TEN, rosterOf([1, 2]))
    const chat = await desk.arrive()
    await desk.handOut()
    const now = desk.clock.now()
    await desk.receive(agentMessage(chat, 1, now + 2000))
    await desk.receive(customerMessage(chat, now + 1000))
    desk.clock.advance(20 * MINUTE)
    expect(await desk.handOut()).toEqual([])
  })

  test('but not where the answer is older than the customer’s last message and arrives after it', async () => {
    const desk = await openDesk(TEN, rosterOf([1, 2]))
    const chat = await desk.arrive()
    await desk.handOut()
    const now = desk.clock.now()
    await desk.receive(customerMessage(chat, now + 10_000))
    await desk.receive(agentMessage(chat, 1, now + 5000))
    desk.clock.advance(20 * MINUTE)
    expect(await desk.handOut()).toEqual([[chat, 2]])
  })

  test('also where a colleague answered, or the chat was put on hold or snoozed, after it was missed', async () => {
    for (const rescue of ['colleague', 'hold', 'snooze']) {
      const desk = await openDesk(
        { ...TEN, agents: { 2: { leave: [{ from: '2026-01-01', to: '2030-01-01' }] } } },
        rosterOf([1, 2]),
      )
      const chat = await desk.arrive()
      await desk.handOut()
      desk.clock.advance(11 * MINUTE)
      expect(await desk.handOut()).toEqual([])
      const now = desk.clock.now()
      if (rescue === 'colleague') await desk.receive(agentMessage(chat, 9, now))
      else {
        const more = rescue === 'hold' ? { status: 'onhold' } : { snoozedUntil: now + MINUTE }
        await desk.receive(snapshotEvent('chat.status_updated', chat, now, { assigneeId: agentId(1), ...more }))
      }
      expect(await desk.countOpen()).toEqual({ waiting: 0, decided: 0 })
    }
  })
})

test('a chat that comes at night is not left unassigned before an agent who works had time for it', async () => {
  const file: RoutingFile = {
    rules: 'department,available',
    shifts: { day: hours('09:00', '18:00') },
    shift: 'day',
    departments: { 10: { overflow: [{ to: 'own', seconds: 60 }, { to: 'anybody', seconds: 60 }, { to: 'nobody' }] } },
  }
  const desk = await openDesk(file, rosterOf([1], { 10: [1] }), at('2026-06-01T22:00'))
  const chat = await desk.arrive(10)
  expect(await desk.handOut()).toEqual([])
  expect(await move(desk, '2026-06-02T09:00')).toEqual([1])
  expect(await desk.assigneeOf(chat)).toBe(1)
})
