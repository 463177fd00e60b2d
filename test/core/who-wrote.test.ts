import { describe, expect, test } from 'vitest'
import type { Step } from '../../src/core/contract.ts'
import type { ChatEvent, ChatSnapshot, FoundChat } from '../../src/domain.ts'
import { agentId, agentMessage, chatId, customerMessage, facts, snapshotEvent } from '../support/events.ts'
import { openDesk, rosterOf } from '../support/desk.ts'

const ROSTER = rosterOf([1, 2])
const idOf = ({ assignmentId }: Step) => assignmentId
const MINUTE_MS = 60_000
const reference = (id: number, name: string | null = null) => ({ id: agentId(id), name, role: null })

describe('a chat whose customer has not written', () => {
  test.for([
    ['empty', { status: 'empty' }],
    ['begun by an agent', { createdWith: 'agent_message' }],
    ['made by the API', { createdWith: 'public_api', lastCustomerMessageAt: null }],
    ['in which an agent wrote', { communicatedAgents: [reference(2)] }],
  ] satisfies [string, ChatSnapshot][])('is left alone until the customer writes: %s', async ([, snapshot]) => {
    const desk = await openDesk({}, ROSTER)
    await desk.receive(snapshotEvent('chat.new', 1, desk.clock.now(), snapshot))
    expect(await desk.handOut()).toEqual([])
    desk.clock.advance(1000)
    await desk.receive(customerMessage(1, desk.clock.now()))
    expect(await desk.handOut()).toEqual([[1, 1]])
  })

  test('opens nothing where a search finds it, whether or not the search has a start', async () => {
    const desk = await openDesk({}, ROSTER)
    const found = (chat: number, status: string, createdWith: ChatSnapshot['createdWith']): FoundChat => ({
      id: chatId(chat),
      snapshot: { status, createdWith, assigneeId: null, lastCustomerMessageAt: null },
      facts: facts(),
      lastCustomerMessageAt: null,
    })
    const all = [
      found(1, 'empty', 'public_api'),
      found(2, 'no communication', 'agent_message'),
      found(3, 'opened', undefined),
    ]
    await desk.search(all, desk.clock.now() - MINUTE_MS)
    expect(await desk.handOut()).toEqual([])
    desk.clock.advance(5000)
    await desk.search(all)
    expect(await desk.handOut()).toEqual([])
    await desk.receive(customerMessage(2, desk.clock.now()))
    expect((await desk.handOut()).map(([chat]) => chat)).toEqual([2])
  })

  test('a reply to an automatic message is a request', async () => {
    const desk = await openDesk({}, ROSTER)
    const snapshot: ChatSnapshot = { createdWith: 'broadcast_reply', communicatedAgents: [reference(2)] }
    await desk.receive(snapshotEvent('chat.new', 1, desk.clock.now(), snapshot))
    expect(await desk.handOut()).toEqual([[1, 1]])
  })
})

describe('a message that no person wrote', () => {
  const message = (changes: object, at: number) => ({ ...agentMessage(1, 1, at), ...changes }) as ChatEvent
  test.for<[string, object]>([
    ['without an agent', { agentId: null, agent: null, isAutomatic: true }],
    ['by a trigger in an agent’s name', { isAutomatic: true }],
    ['by HelpBot', { agentId: agentId(9), agent: reference(9, 'HelpBot') }],
  ] satisfies [string, Partial<Extract<ChatEvent, { kind: 'agent message' }>>][])(
    'is no answer, and the chat goes on to another agent in time: %s',
    async ([, changes]) => {
      const desk = await openDesk({ noAnswer: { minutes: 2 } }, ROSTER)
      const chat = await desk.arrive()
      expect(await desk.handOut()).toEqual([[chat, 1]])
      desk.clock.advance(MINUTE_MS)
      await desk.receive(message(changes, desk.clock.now()))
      expect((await desk.agents()).map(({ lastActiveAt }) => lastActiveAt)).toEqual([null, null])
      desk.clock.advance(MINUTE_MS)
      expect(await desk.handOut()).toEqual([[chat, 2]])
    },
  )
})

describe('a chat that a bot has', () => {
  const bot = { assigneeId: agentId(9), assignee: reference(9, 'HelpBot') }
  const withBot = async (file: Parameters<typeof openDesk>[0]) => {
    const desk = await openDesk(file, rosterOf([1, 2, 9]))
    await desk.receive(snapshotEvent('chat.new', 1, desk.clock.now(), bot))
    return desk
  }

  test('takes no load, and needs an agent once the bot lets it go', async () => {
    const desk = await withBot({})
    expect((await desk.agents()).map(({ load }) => load)).toEqual([0, 0, 0])
    expect(await desk.handOut()).toEqual([])
    desk.clock.advance(MINUTE_MS)
    await desk.receive(snapshotEvent('chat.assigned', 1, desk.clock.now()))
    expect(await desk.handOut()).toEqual([[1, 1]])
  })

  test('goes to a person after the time that the routing file gives, or at once', async () => {
    const desk = await withBot({ bots: { agents: ['HelpBot'], routeAfterMinutes: 2 } })
    expect(await desk.handOut()).toEqual([])
    expect(await desk.nextDueAt()).toBe(desk.clock.now() + 2 * MINUTE_MS)
    desk.clock.advance(2 * MINUTE_MS)
    expect(await desk.handOut()).toEqual([[1, 1]])
    const atOnce = await withBot({ bots: { agents: ['HelpBot'], routeAfterMinutes: 0 } })
    expect(await atOnce.handOut()).toEqual([[1, 1]])
  })
})

test('several chats of one customer that are decided at once go to one agent', async () => {
  const desk = await openDesk({ rules: 'sticky,load,round-robin' }, ROSTER)
  for (let twin = 0; twin < 3; twin += 1) await desk.arrive(null, facts({ customerId: 7 as never }))
  const underWay: Step[] = []
  for (let step = await desk.take(); step !== null; step = await desk.take([], underWay.map(idOf))) underWay.push(step)
  expect(underWay).toMatchObject([{ agentId: 1 }, { agentId: 1 }, { agentId: 1 }])
})

test('labels, weight and load follow once a chat is known to be an e-mail, and are not guessed before', async () => {
  const file = { labels: { mail: { channel: ['email' as const] } }, channels: { email: 0.5 } }
  const desk = await openDesk(file, rosterOf([1]))
  await desk.arrive(null, { channel: null })
  expect((await desk.explain(1))?.chat).toMatchObject({ channel: null, labels: [] })
  await desk.handOut()
  expect((await desk.agents())[0]?.load).toBe(1)
  const mail = { ...customerMessage(1, desk.clock.now()), facts: facts({ channel: 'email' }) }
  await desk.receive(mail)
  await desk.reopen()
  expect((await desk.explain(1))?.chat).toMatchObject({ channel: 'email', labels: ['mail'] })
  expect((await desk.agents())[0]?.load).toBe(0.5)
})

test('chats wait while HelpCrunch says that the team is offline', async () => {
  const desk = await openDesk({ onlyWhenTeamOnline: true }, ROSTER)
  await desk.saveRoster({ ...ROSTER, teamOnline: false })
  const chat = await desk.arrive()
  expect(await desk.handOut()).toEqual([])
  expect((await desk.explain(chat))?.assignments[0]?.decisions[0]?.summary).toBe(
    'no agent yet: HelpCrunch says that the team is offline',
  )
  await desk.reopen()
  expect(await desk.handOut()).toEqual([])
  await desk.saveRoster({ ...ROSTER, teamOnline: true })
  expect(await desk.handOut()).toEqual([[chat, 1]])
})
