import { describe, expect, test } from 'vitest'
import type { Step } from '../../src/core/contract.ts'
import { agentId, agentMessage, chatId, customerMessage, snapshotEvent } from '../support/events.ts'
import { openDesk, rosterOf, type Desk } from '../support/desk.ts'

const THREE = rosterOf([1, 2, 3])

const assign = (desk: Desk, chat: number, agent: number) =>
  desk.ask({ act: 'assign', chatId: chatId(chat), agentId: agentId(agent) })
const handOver = (desk: Desk, agent: number, chatIds: readonly number[] | null = null) =>
  desk.ask({ act: 'hand over', agentId: agentId(agent), chatIds: chatIds?.map(chatId) ?? null })
const reasonFor = async (desk: Desk, chat: number) => {
  const { assignments } = (await desk.explain(chat)) ?? { assignments: [] }
  return assignments.at(-1)?.decisions.at(-1)?.summary
}

describe('an operator assigns a chat', () => {
  test('that waits, to an agent who is full or paused, with the reason on record', async () => {
    const desk = await openDesk({ capacity: 1 }, rosterOf([1]))
    const [first, second] = [await desk.arrive(), await desk.arrive()]
    expect(await desk.handOut()).toEqual([[first, 1]])
    expect(await assign(desk, second, 1)).toBe('done')
    expect(await desk.handOut()).toEqual([[second, 1]])
    expect(await reasonFor(desk, second)).toBe('Agent 1 (1): an operator asked for this agent')
  })

  test('that an agent has, also from a person; the load moves with it', async () => {
    const desk = await openDesk({}, THREE)
    await desk.receive(snapshotEvent('chat.assigned', 1, desk.clock.now(), { assigneeId: agentId(2) }))
    await assign(desk, 1, 3)
    expect(await desk.handOut()).toEqual([[1, 3]])
    expect((await desk.agents()).map(({ load }) => load)).toEqual([0, 0, 1])
    desk.clock.advance(60_000)
    await desk.receive(customerMessage(1, desk.clock.now()))
    expect(await desk.handOut()).toEqual([])
  })

  test('whose PUT for another agent is under way: the second PUT leaves as soon as the first is answered', async () => {
    const desk = await openDesk({}, THREE)
    const chat = await desk.arrive()
    const put = await desk.take()
    await assign(desk, chat, 3)
    if (put !== null) await desk.finish(put)
    expect(await desk.handOut()).toEqual([[chat, 3]])
  })

  test('that a person takes afterwards in HelpCrunch: that person keeps it', async () => {
    const desk = await openDesk({}, THREE)
    const chat = await desk.arrive()
    await desk.handOut()
    await assign(desk, chat, 3)
    await desk.receive(snapshotEvent('chat.assigned', chat, desk.clock.now() + 1000, { assigneeId: agentId(2) }))
    desk.clock.advance(2000)
    expect(await desk.handOut()).toEqual([])
    expect(await desk.assigneeOf(chat)).toBe(2)
  })

  test('and is told at once where that is impossible', async () => {
    const desk = await openDesk({}, THREE)
    const chat = await desk.arrive()
    await desk.handOut()
    expect(await assign(desk, chat, 1)).toBe('the agent has the chat already')
    expect(await assign(desk, chat, 9)).toBe('no such agent')
    expect(await assign(desk, 77, 2)).toBe('there is no record of this chat')
    await desk.setStatus(chat, 'closed')
    expect(await assign(desk, chat, 2)).toBe('the chat is closed')
  })

  test('and a restart before the PUT does not undo it', async () => {
    const desk = await openDesk({ agents: { 3: { weight: 0 } } }, THREE)
    const chat = await desk.arrive()
    await assign(desk, chat, 3)
    await desk.reopen()
    expect(await desk.handOut()).toEqual([[chat, 3]])
  })
})

describe('an operator hands over an agent’s chats', () => {
  test('to the agents of the preview, and only to agents that the rules allow', async () => {
    const desk = await openDesk({ capacity: 2 }, rosterOf([1, 2, 3]))
    const chats = [await desk.arrive(), await desk.arrive(), await desk.arrive()]
    for (const chat of chats)
      await desk.receive(snapshotEvent('chat.assigned', chat, desk.clock.now(), { assigneeId: agentId(1) }))
    await desk.receive(snapshotEvent('chat.assigned', 9, desk.clock.now(), { assigneeId: agentId(3) }))
    await desk.arrive()
    await desk.handOut()
    const preview = await desk.previewHandOver(1)
    await handOver(desk, 1)
    const given = await desk.handOut()
    expect(preview.filter(({ agentId: to }) => to !== null).map(({ chatId: chat, agentId: to }) => [chat, to])).toEqual(
      given,
    )
    expect(given.map(([, agent]) => agent)).not.toContain(1)
    expect(given.length + preview.filter(({ agentId: to }) => to === null).length).toBe(3)
  })

  test('where there is no other agent: the agent keeps the chat, and for good after an answer', async () => {
    const desk = await openDesk({}, rosterOf([1]))
    const chat = await desk.arrive()
    await desk.handOut()
    await handOver(desk, 1)
    expect(await desk.handOut()).toEqual([])
    expect(await reasonFor(desk, chat)).toBe(
      'no agent: an operator gives the chats of agent 1 to others, and there is no other',
    )
    expect(await desk.assigneeOf(chat)).toBe(1)
    desk.clock.advance(1000)
    await desk.receive(agentMessage(chat, 1, desk.clock.now()))
    await desk.saveRoster(rosterOf([1, 2]))
    expect(await desk.handOut()).toEqual([])
    expect(await desk.countOpen()).toEqual({ waiting: 0, decided: 0 })
  })

  test('only the named ones', async () => {
    const desk = await openDesk({}, rosterOf([1]))
    const [first, second] = [await desk.arrive(), await desk.arrive()]
    await desk.handOut()
    await desk.saveRoster(rosterOf([1, 2]))
    await handOver(desk, 1, [first])
    expect(await desk.handOut()).toEqual([[first, 2]])
    expect(await desk.assigneeOf(second)).toBe(1)
  })
})

describe('an operator limits an agent’s chats for today', () => {
  const allow = (desk: Desk, most: number | null) => {
    const since = desk.clock.now() - 3_600_000
    return desk.ask({ act: 'allow', agentId: agentId(1), most, since, until: since + 8 * 3_600_000 })
  }

  test('which counts today’s earlier chats, and holds until the day is over or the limit is lifted', async () => {
    const desk = await openDesk({}, rosterOf([1]))
    await desk.arrive()
    await desk.handOut()
    await allow(desk, 2)
    const [second, third, fourth] = [await desk.arrive(), await desk.arrive(), await desk.arrive()]
    expect(await desk.handOut()).toEqual([[second, 1]])
    expect(await reasonFor(desk, third)).toMatch(/has had as many chats today as an operator allows/)
    await allow(desk, 3)
    expect(await desk.handOut()).toEqual([[third, 1]])
    await allow(desk, null)
    expect(await desk.handOut()).toEqual([[fourth, 1]])
    await allow(desk, 0)
    const tomorrow = await desk.arrive()
    expect(await desk.handOut()).toEqual([])
    desk.clock.advance(8 * 3_600_000)
    expect(await desk.handOut()).toContainEqual([tomorrow, 1])
  })

  test('which does not count a chat whose PUT did not succeed', async () => {
    const desk = await openDesk({}, rosterOf([1]))
    await allow(desk, 1)
    const chat = await desk.arrive()
    const put = await desk.take()
    await desk.receive(snapshotEvent('chat.closed', chat, desk.clock.now(), { status: 'closed' }))
    if (put !== null) await desk.finish({ ...put, kind: 'confirmed' } as typeof put)
    const next = await desk.arrive()
    expect(await desk.handOut()).toEqual([[next, 1]])
  })
})

/** The act may be acknowledged before the decision, which then finds no agent, or while the decision is written. */
const sendsNothing = (step: Step | null) => step === null || step.kind === 'none eligible'

test('a pause that is acknowledged while a decision is written holds its PUT back', async () => {
  const desk = await openDesk({}, rosterOf([1]))
  await desk.arrive()
  const step = desk.take()
  await desk.pause(1)
  expect(await step).toSatisfy(sendsNothing)
  expect(await desk.countOpen()).toEqual({ waiting: 1, decided: 0 })
})

test('a limit for today that is acknowledged while a decision is written holds its PUT back', async () => {
  const desk = await openDesk({}, rosterOf([1]))
  await desk.arrive()
  const step = desk.take()
  const since = desk.clock.now() - 1000
  await desk.ask({ act: 'allow', agentId: agentId(1), most: 0, since, until: since + 3_600_000 })
  expect(await step).toSatisfy(sendsNothing)
  expect(await desk.handOut()).toEqual([])
})

test('an operator makes a chat wait again from which a person removed the agent', async () => {
  const desk = await openDesk({}, rosterOf([1]))
  const chat = await desk.arrive()
  await desk.handOut()
  const lookAgain = () => desk.ask({ act: 'look again', chatId: chatId(chat) })
  expect(await lookAgain()).toBe('an agent has the chat')
  desk.clock.advance(5000)
  await desk.receive(snapshotEvent('chat.assigned', chat, desk.clock.now(), { assigneeId: null }))
  expect(await desk.handOut()).toEqual([])
  expect(await lookAgain()).toBe('done')
  expect(await desk.handOut()).toEqual([[chat, 1]])
})
