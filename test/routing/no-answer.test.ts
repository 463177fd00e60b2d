import { describe, expect, test } from 'vitest'
import type { RoutingFile } from '../../src/routing/file-schema.ts'
import { openDesk, rosterOf, type Desk } from '../support/desk.ts'
import { agentId, agentMessage, customerMessage, snapshotEvent } from '../support/events.ts'
import { at, MINUTE } from '../support/shifts.ts'

const TEN: RoutingFile = { rules: 'department,available,round-robin', noAnswer: { minutes: 10 } }

/** Waits, and returns which agents got the chat then. */
async function pass(desk: Desk, minutes = 10): Promise<number[]> {
  desk.clock.advance(minutes * MINUTE)
  return (await desk.handOut()).map(([, agent]) => agent)
}

/** Opens a chat, hands it to this agent, and returns its id. */
async function give(desk: Desk, to: number, department: number | null = null): Promise<number> {
  const chat = await desk.arrive(department)
  expect(await desk.handOut()).toEqual([[chat, to]])
  return chat
}

describe('a chat that its agent does not answer', () => {
  test('goes to another after so many minutes, and not a millisecond before', async () => {
    const desk = await openDesk(TEN, rosterOf([1, 2]))
    const chat = await give(desk, 1)
    expect(await desk.nextDueAt()).toBe(desk.clock.now() + 10 * MINUTE)
    desk.clock.advance(10 * MINUTE - 1)
    expect(await desk.handOut()).toEqual([])
    desk.clock.advance(1)
    expect(await desk.handOut()).toEqual([[chat, 2]])
    expect(await desk.agents()).toMatchObject([
      { id: 1, load: 0, missedInRow: 1 },
      { id: 2, load: 1, missedInRow: 0 },
    ])
  })

  test('goes to another also where the service was restarted in between', async () => {
    const desk = await openDesk(TEN, rosterOf([1, 2]))
    await give(desk, 1)
    await desk.reopen()
    expect(await pass(desk)).toEqual([2])
  })

  test('waits for the rest of the minutes until the agent works again', async () => {
    const day = { zone: 'Europe/Kyiv', hours: [{ days: ['mon' as const, 'tue' as const], from: '09:00', to: '18:00' }] }
    const file: RoutingFile = { ...TEN, shifts: { day }, agents: { 1: { shift: 'day' } } }
    const desk = await openDesk(file, rosterOf([1, 2]), at('2026-06-01T17:56'))
    await give(desk, 1)
    desk.clock.set(at('2026-06-02T09:06') - 1)
    expect(await desk.handOut()).toEqual([])
    desk.clock.advance(1)
    expect(await desk.handOut()).toEqual([[1, 2]])
  })

  test('never goes back to an agent who missed it, and stays with the last one while there is no other', async () => {
    const desk = await openDesk({ ...TEN, noAnswer: { minutes: 10, hops: 9 } }, rosterOf([1, 2]))
    const chat = await give(desk, 1)
    expect(await pass(desk)).toEqual([2])
    expect([await pass(desk), await pass(desk)]).toEqual([[], []])
    expect(await desk.assigneeOf(chat)).toBe(2)
    await desk.saveRoster(rosterOf([1, 2, 3]))
    expect(await pass(desk)).toEqual([3])
  })

  test('stays with the last agent once as many have missed it as the file says', async () => {
    const desk = await openDesk({ ...TEN, noAnswer: { minutes: 10, hops: 2 } }, rosterOf([1, 2, 3, 4]))
    const chat = await give(desk, 1)
    expect([await pass(desk), await pass(desk), await pass(desk)]).toEqual([[2], [], []])
    expect(await desk.assigneeOf(chat)).toBe(2)
    expect(desk.decisions.at(-1)).toMatchObject({ agentId: null, isLeft: true })
  })

  test('goes to the overflow’s last step, and stays there, once as many have missed it as the file says', async () => {
    const file: RoutingFile = {
      ...TEN,
      noAnswer: { minutes: 10, hops: 2 },
      departments: { 10: { overflow: [{ to: 'own', seconds: 86_400 }, { to: 20 }] } },
    }
    const desk = await openDesk(file, rosterOf([1, 2, 3, 4], { 10: [1, 2], 20: [3, 4] }))
    const chat = await give(desk, 1, 10)
    expect([await pass(desk), await pass(desk), await pass(desk), await pass(desk)]).toEqual([[2], [3], [], []])
    expect(await desk.assigneeOf(chat)).toBe(3)
  })
})

describe('an agent keeps the chat', () => {
  test('who answers in time', async () => {
    const desk = await openDesk(TEN, rosterOf([1, 2]))
    const chat = await give(desk, 1)
    desk.clock.advance(10 * MINUTE - 1)
    await desk.receive(agentMessage(chat, 1, desk.clock.now()))
    expect([await pass(desk), await pass(desk)]).toEqual([[], []])
  })

  test('who answers late, where there was no other agent', async () => {
    const desk = await openDesk(TEN, rosterOf([1]))
    const chat = await give(desk, 1)
    expect(await pass(desk)).toEqual([])
    await desk.receive(agentMessage(chat, 1, desk.clock.now()))
    await desk.saveRoster(rosterOf([1, 2]))
    expect(await pass(desk)).toEqual([])
    expect(await desk.assigneeOf(chat)).toBe(1)
  })

  test('until the customer writes again and has waited for the whole time', async () => {
    const desk = await openDesk(TEN, rosterOf([1, 2]))
    const chat = await give(desk, 1)
    await desk.receive(agentMessage(chat, 1, desk.clock.now()))
    expect(await pass(desk, 30)).toEqual([])
    await desk.receive(customerMessage(chat, desk.clock.now()))
    expect(await pass(desk, 4)).toEqual([])
    await desk.receive(customerMessage(chat, desk.clock.now()))
    expect(await pass(desk, 6)).toEqual([2])
  })

  test.for([
    ['as it came', 0],
    ['after another agent had it', 5],
  ] as const)('that a person moved to them %s', async ([, minutes]) => {
    const desk = await openDesk(TEN, rosterOf([1, 2, 3]))
    const chat = await give(desk, 1)
    desk.clock.advance(minutes * MINUTE + 3000)
    await desk.receive(snapshotEvent('chat.assigned', chat, desk.clock.now(), { assigneeId: agentId(3) }))
    await desk.receive(customerMessage(chat, desk.clock.now()))
    expect([await pass(desk), await pass(desk, 60)]).toEqual([[], []])
    expect(await desk.assigneeOf(chat)).toBe(3)
  })

  test('that a person moved to them while it waited for another agent', async () => {
    const desk = await openDesk(TEN, rosterOf([1]))
    const chat = await give(desk, 1)
    expect(await pass(desk)).toEqual([])
    await desk.receive(snapshotEvent('chat.assigned', chat, desk.clock.now(), { assigneeId: agentId(9) }))
    await desk.saveRoster(rosterOf([1, 2, 9]))
    expect([await pass(desk), await pass(desk, 60)]).toEqual([[], []])
  })

  test('that is closed in time, and has not missed it', async () => {
    const desk = await openDesk(TEN, rosterOf([1, 2]))
    await desk.setStatus(await give(desk, 1), 'closed')
    expect(await pass(desk)).toEqual([])
    expect(await desk.agents()).toMatchObject([{ missedInRow: 0 }, { missedInRow: 0 }])
  })

  test('that they snoozed: the time does not run', async () => {
    const desk = await openDesk(TEN, rosterOf([1, 2]))
    const chat = await give(desk, 1)
    desk.clock.advance(3000)
    const snoozedUntil = desk.clock.now() + 60 * MINUTE
    await desk.receive(snapshotEvent('chat.snoozed', chat, desk.clock.now(), { assigneeId: agentId(1), snoozedUntil }))
    expect(await pass(desk, 30)).toEqual([])
    expect(await desk.agents()).toMatchObject([{ missedInRow: 0 }, { missedInRow: 0 }])
    expect(await pass(desk, 30)).toEqual([])
  })
})

describe('an agent who has missed as many chats as the file allows', () => {
  const file: RoutingFile = { ...TEN, noAnswer: { minutes: 10, awayAfter: 2 } }

  test('gets none until they write in any chat', async () => {
    const desk = await openDesk(file, rosterOf([1]))
    const [first] = [await give(desk, 1), await give(desk, 1)]
    expect(await pass(desk)).toEqual([])
    const waiting = await desk.arrive()
    expect(await desk.handOut()).toEqual([])
    expect(desk.decisions.at(-1)?.summary).toContain('away: let 2 chats pass unanswered')
    await desk.receive(agentMessage(first, 1, desk.clock.now()))
    expect(await desk.handOut()).toEqual([[waiting, 1]])
  })

  test('gets more where they answered one in between: the count starts again', async () => {
    const desk = await openDesk(file, rosterOf([1]))
    const first = await give(desk, 1)
    await pass(desk)
    await desk.receive(agentMessage(first, 1, desk.clock.now()))
    await give(desk, 1)
    await pass(desk)
    const third = await desk.arrive()
    expect(await desk.handOut()).toEqual([[third, 1]])
  })

  test('has also missed those at the last step of an overflow', async () => {
    const steps: RoutingFile = {
      ...file,
      noAnswer: { minutes: 10, hops: 1, awayAfter: 1 },
      departments: { 10: { overflow: [{ to: 'own', seconds: 86_400 }, { to: 20 }] } },
    }
    const desk = await openDesk(steps, rosterOf([1, 2], { 10: [1], 20: [2] }))
    await give(desk, 1, 10)
    expect(await pass(desk)).toEqual([2])
    await pass(desk)
    expect(await desk.agents()).toMatchObject([{ missedInRow: 1 }, { missedInRow: 1 }])
  })
})
