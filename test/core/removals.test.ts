import { describe, expect, test } from 'vitest'
import { agentId, customerMessage, snapshotEvent } from '../support/events.ts'
import { openDesk, rosterOf, type Desk } from '../support/desk.ts'

const HOUR = 3_600_000
const FREE = { assigneeId: null, status: 'opened' }

/** Agent 1 is full, and a second chat waits. */
async function openFull(): Promise<{ desk: Desk; busy: number; waiting: number }> {
  const desk = await openDesk({ capacity: 1 }, rosterOf([1]))
  const [busy, waiting] = [await desk.arrive(), await desk.arrive()]
  await desk.handOut()
  return { desk, busy, waiting }
}

describe('a person removed the agent, and the webhook was lost or is late', () => {
  test('another event shows it: the chat rests until its customer writes', async () => {
    const desk = await openDesk({}, rosterOf([1, 2, 3]))
    await desk.receive(snapshotEvent('chat.assigned', 1, desk.clock.now(), { assigneeId: agentId(3) }))
    desk.clock.advance(60_000)
    await desk.receive(snapshotEvent('chat.status_updated', 1, desk.clock.now(), FREE))
    expect(await desk.handOut()).toEqual([])
    await desk.receive(customerMessage(1, desk.clock.now()))
    expect(await desk.handOut()).toHaveLength(1)
  })

  test('a fetch before the hand-over shows it: the chat rests, too', async () => {
    const desk = await openDesk({ noAnswer: { minutes: 1 } }, rosterOf([1, 2]))
    const chat = await desk.arrive()
    await desk.handOut()
    desk.clock.advance(61_000)
    const fetch = await desk.take()
    expect(fetch).toMatchObject({ kind: 'fetch', chatId: chat })
    if (fetch !== null) await desk.known(fetch, { assigneeId: null })
    expect(await desk.handOut()).toEqual([])
  })

  test('but a customer who has written since the chat was last seen with its agent gets another one', async () => {
    const desk = await openDesk({}, rosterOf([1, 2, 3]))
    await desk.receive(snapshotEvent('chat.assigned', 1, desk.clock.now(), { assigneeId: agentId(3) }))
    desk.clock.advance(60_000)
    await desk.receive(customerMessage(1, desk.clock.now()))
    await desk.receive(snapshotEvent('chat.status_updated', 1, desk.clock.now() + 3000, FREE))
    expect(await desk.handOut()).toHaveLength(1)
  })
})

describe('the chat is fetched before its PUT', () => {
  const closeBusy = (desk: Desk, busy: number) =>
    desk.receive(snapshotEvent('chat.closed', busy, desk.clock.now(), { status: 'closed' }))

  test('where the only event for half an hour does not name the assignee', async () => {
    const { desk, busy, waiting } = await openFull()
    desk.clock.advance(HOUR / 2)
    await desk.receive(snapshotEvent('chat.status_updated', waiting, desk.clock.now(), { assigneeId: undefined }))
    await closeBusy(desk, busy)
    expect(await desk.take()).toMatchObject({ kind: 'fetch', chatId: waiting })
  })

  test('where the clock was set back since the last event', async () => {
    const { desk, busy, waiting } = await openFull()
    desk.clock.set(desk.clock.now() - 4 * HOUR)
    await desk.receive(snapshotEvent('chat.closed', busy, desk.clock.now() + 4 * HOUR, { status: 'closed' }))
    expect(await desk.take()).toMatchObject({ kind: 'fetch', chatId: waiting })
  })
})

test('a guard does not count chats that lie ahead after the clock was set back', async () => {
  const desk = await openDesk({ guard: { chats: 1, minutes: 10 } }, rosterOf([1]))
  await desk.arrive()
  await desk.handOut()
  desk.clock.set(desk.clock.now() - 6 * HOUR)
  await desk.arrive()
  expect(await desk.handOut()).toHaveLength(1)
})
