import { describe, expect, test } from 'vitest'
import { agentId, agentMessage, departmentId, snapshotEvent } from '../support/events.ts'
import { openDesk, rosterOf } from '../support/desk.ts'

const ROSTER = rosterOf([1, 2], { 10: [1], 20: [2] })
const into20 = { departmentId: departmentId(20) }

describe('a chat that is sent to another department without an assignee', () => {
  test.for([0, 1000, 60_000])(
    'waits for an agent of that department, %i ms after its agent got it',
    async (laterMs) => {
      const desk = await openDesk({}, ROSTER)
      const chat = await desk.arrive(10)
      expect(await desk.handOut()).toEqual([[chat, 1]])
      desk.clock.advance(laterMs)
      await desk.receive(snapshotEvent('chat.assigned', chat, desk.clock.now(), into20))
      expect(await desk.handOut()).toEqual([[chat, 2]])
    },
  )

  test('does so also where a person had chosen the agent', async () => {
    const desk = await openDesk({}, ROSTER)
    const at10 = { departmentId: departmentId(10), assigneeId: agentId(1) }
    await desk.receive(snapshotEvent('chat.assigned', 1, desk.clock.now(), at10))
    desk.clock.advance(5000)
    await desk.receive(snapshotEvent('chat.assigned', 1, desk.clock.now(), into20))
    expect(await desk.handOut()).toEqual([[1, 2]])
  })

  test('rests where the department is the same: a person removed its agent', async () => {
    const desk = await openDesk({}, ROSTER)
    const chat = await desk.arrive(10)
    await desk.handOut()
    desk.clock.advance(5000)
    await desk.receive(snapshotEvent('chat.assigned', chat, desk.clock.now(), { departmentId: departmentId(10) }))
    expect(await desk.handOut()).toEqual([])
  })
})

describe('a department that comes after the assignment', () => {
  test.for([
    ['chat.assigned', 0],
    ['chat.assigned', 400],
    ['chat.assigned', 3000],
    ['chat.status_updated', 0],
    ['chat.status_updated', 400],
    ['chat.status_updated', 3000],
  ] as const)(
    'moves the chat to an agent of its own, told by %s after %i ms, with our agent or none',
    async ([type, laterMs]) => {
      for (const assigneeId of [agentId(1), null]) {
        const desk = await openDesk({}, rosterOf([1, 2], { 10: [1], 20: [2] }))
        const chat = await desk.arrive()
        expect(await desk.handOut()).toEqual([[chat, 1]])
        desk.clock.advance(laterMs)
        const second = Math.floor(desk.clock.now() / 1000) * 1000
        await desk.receive(snapshotEvent(type, chat, second, { ...into20, assigneeId }))
        expect(await desk.handOut()).toEqual([[chat, 2]])
      }
    },
  )

  test('while the PUT is under way moves the chat as soon as the PUT is answered', async () => {
    const desk = await openDesk({}, ROSTER)
    const chat = await desk.arrive()
    const put = await desk.take()
    await desk.receive(snapshotEvent('chat.status_updated', chat, desk.clock.now(), into20))
    if (put !== null) await desk.finish(put)
    expect(await desk.handOut()).toEqual([[chat, 2]])
  })

  test('leaves the chat with an agent who has answered, or who is a member', async () => {
    const desk = await openDesk({}, ROSTER)
    const [answered, member] = [await desk.arrive(), await desk.arrive()]
    expect(await desk.handOut()).toEqual([
      [answered, 1],
      [member, 2],
    ])
    desk.clock.advance(3000)
    await desk.receive(agentMessage(answered, 1, desk.clock.now()))
    for (const [chat, agent] of [[answered, 1] as const, [member, 2] as const])
      await desk.receive(
        snapshotEvent('chat.status_updated', chat, desk.clock.now(), { ...into20, assigneeId: agentId(agent) }),
      )
    expect(await desk.handOut()).toEqual([])
  })

  test('leaves it also with an agent who answered before the PUT did', async () => {
    const desk = await openDesk({}, ROSTER)
    const chat = await desk.arrive()
    const put = await desk.take()
    desk.clock.advance(3000)
    const answeredAt = desk.clock.now()
    desk.clock.advance(3000)
    if (put !== null) await desk.finish(put)
    await desk.receive(agentMessage(chat, 1, answeredAt))
    desk.clock.advance(3000)
    await desk.receive(
      snapshotEvent('chat.status_updated', chat, desk.clock.now(), { ...into20, assigneeId: agentId(1) }),
    )
    expect(await desk.handOut()).toEqual([])
  })

  test('ends the reason why the chat waited without a department', async () => {
    const desk = await openDesk({ capacity: 0, waitForDepartmentSeconds: 5 }, ROSTER)
    const [, second] = [await desk.arrive(), await desk.arrive()]
    await desk.handOut()
    desk.clock.advance(1000)
    await desk.receive(snapshotEvent('chat.status_updated', second, desk.clock.now(), into20))
    expect(await desk.waitingReasons()).toEqual(
      new Map([
        [1, expect.stringMatching(/^no agent yet/)],
        [2, null],
      ]),
    )
  })

  test('is not the reason any more once the time to wait for it is over', async () => {
    const desk = await openDesk({ capacity: 0, waitForDepartmentSeconds: 5 }, ROSTER)
    for (let i = 0; i < 2; i += 1) await desk.arrive()
    await desk.handOut()
    desk.clock.advance(6000)
    await desk.handOut()
    const why = expect.stringMatching(/^no agent: .* weight of 0|capacity/)
    expect(await desk.waitingReasons()).toEqual(
      new Map([
        [1, why],
        [2, why],
      ]),
    )
  })

  test('is waited for as long as the routing file says, with the reason on record', async () => {
    const desk = await openDesk({ waitForDepartmentSeconds: 5 }, ROSTER)
    const [without, moved] = [await desk.arrive(), await desk.arrive()]
    expect(await desk.handOut()).toEqual([])
    const waits = (await desk.explain(without))?.assignments[0]?.decisions[0]?.summary
    expect(waits).toBe('no agent yet: the chat has until 2026-06-01T09:00:05.000Z to get a department')
    desk.clock.advance(1000)
    await desk.receive(snapshotEvent('chat.status_updated', moved, desk.clock.now(), into20))
    expect(await desk.handOut()).toEqual([[moved, 2]])
    expect(await desk.nextDueAt()).toBe(desk.clock.now() + 4000)
    desk.clock.advance(4000)
    expect(await desk.handOut()).toEqual([[without, 1]])
  })
})

test('more chats than memory holds wait for a department, and each is assigned when its time is over', async () => {
  const desk = await openDesk({ waitForDepartmentSeconds: 60 }, ROSTER)
  const chats = []
  for (let i = 0; i < 700; i += 1) chats.push(desk.arrive())
  await Promise.all(chats)
  expect(await desk.handOut()).toEqual([])
  expect(desk.decisions).toEqual([])
  desk.clock.advance(61_000)
  expect(await desk.handOut()).toHaveLength(700)
})

test('a chat that waits half an hour for a department is not decided meanwhile', async () => {
  const desk = await openDesk({ waitForDepartmentSeconds: 1800 }, ROSTER)
  await desk.arrive()
  expect(await desk.handOut()).toEqual([])
  expect(await desk.take()).toBeNull()
  expect(await desk.nextDueAt()).toBe(desk.clock.now() + 20 * 60_000)
  desk.clock.advance(20 * 60_000)
  expect(await desk.handOut()).toEqual([])
  desk.clock.advance(10 * 60_000)
  expect(await desk.handOut()).toHaveLength(1)
})

test('a customer’s message in the chat of an agent who was deleted asks for another agent', async () => {
  const desk = await openDesk({}, rosterOf([1, 2]))
  const chat = await desk.arrive()
  expect(await desk.handOut()).toEqual([[chat, 1]])
  desk.clock.advance(1000)
  await desk.saveRoster(rosterOf([2]))
  await desk.receive({ ...snapshotEvent('x', chat, desk.clock.now()), kind: 'customer message' } as never)
  expect(await desk.handOut()).toEqual([[chat, 2]])
})
