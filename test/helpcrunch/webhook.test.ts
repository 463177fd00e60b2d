import { describe, expect, test } from 'vitest'
import { INDEFINITELY } from '../../src/helpcrunch/chat.ts'
import { readWebhook } from '../../src/helpcrunch/webhook.ts'
import type { CustomerId } from '../../src/domain.ts'
import { facts } from '../support/events.ts'

const NOW = 1_800_000_000_000
const read = (envelope: object) => readWebhook({ ...envelope }, NOW)
const readEvent = (envelope: object) => {
  const reading = read(envelope)
  if (!('event' in reading)) throw new Error(JSON.stringify(reading))
  return reading.event
}

/** The example of HelpCrunch's documentation, shortened. */
const CHAT_NEW = {
  event: 'chat.new',
  eventData: {
    chat_id: 542,
    status: 'new',
    closedBy: null,
    createdAt: '1603885746',
    communicatedAgents: [1, 2],
    customer: { id: 7, name: 'Jo', email: 'jo@example.com', userId: null },
    assignee: null,
    department: { id: 10, name: 'Sales' },
  },
  attempts: 0,
  lastAttemptAt: 1_638_953_588,
  createdAt: 1_638_953_588,
  id: '73499e69-285c-44c3-8431-a843ed08183d',
}

test('the documented envelope becomes an event without the customer', () => {
  const event = readEvent(CHAT_NEW)
  expect(event).toEqual({
    kind: 'snapshot',
    id: '73499e69-285c-44c3-8431-a843ed08183d',
    type: 'chat.new',
    chatId: 542,
    occurredAt: 1_638_953_588_000,
    snapshot: {
      status: 'new',
      departmentId: 10,
      departmentName: 'Sales',
      assigneeId: null,
      assignee: null,
      communicatedAgents: [
        { id: 1, name: null, role: null },
        { id: 2, name: null, role: null },
      ],
    },
    facts: facts({ customerId: 7 as CustomerId, channel: null }),
  })
  expect(JSON.stringify(event)).not.toContain('jo@example.com')
})

describe('every form that HelpCrunch sends', () => {
  const withData = (eventData: unknown, event = 'chat.new') => ({ ...CHAT_NEW, event, eventData })

  test.for<[string, unknown, number]>([
    ['chat_id as a number', { chat_id: 5, id: 9 }, 5],
    ['chat_id as a string', { chat_id: '5' }, 5],
    ['id where chat_id is missing', { id: 9 }, 9],
    ['id where chat_id is null', { chat_id: null, id: '9' }, 9],
    ['eventData as a JSON string', '{"chat_id": 5}', 5],
    ['the largest safe id', { chat_id: Number.MAX_SAFE_INTEGER }, Number.MAX_SAFE_INTEGER],
  ])('%s', ([, eventData, chatId]) => {
    expect(readEvent(withData(eventData)).chatId).toBe(chatId)
  })

  test.for<[string, unknown]>([
    ['no id at all', {}],
    ['an id of zero', { chat_id: 0 }],
    ['a negative id', { chat_id: -5 }],
    ['an id with a fraction', { chat_id: 1.5 }],
    ['an id that the JSON parser rounded', { chat_id: 2 ** 53 }],
    ['a huge number', { chat_id: 1e300 }],
    ['an id in words', { chat_id: 'five' }],
    ['an object for an id', { chat_id: { id: 5 } }],
  ])('%s is no usable chat id', ([, eventData]) => {
    expect(read(withData(eventData))).toEqual({ ignored: 'no usable chat id', type: 'chat.new' })
  })

  test.for([null, 5, 'not json', '[1]', ['x']])('eventData as %j is of no use', (eventData) => {
    expect(read(withData(eventData))).toEqual({ ignored: 'eventData is not an object', type: 'chat.new' })
  })

  test.for<[unknown, number]>([
    [1_592_332_354, 1_592_332_354_000],
    ['1603885746', 1_603_885_746_000],
    ['1607542030.713', 1_607_542_030_713],
    [null, NOW],
    [undefined, NOW],
    ['soon', NOW],
    [-1, NOW],
    [Number.MAX_VALUE, NOW],
    [NOW, NOW],
  ])('createdAt as %j happened at %i', ([createdAt, occurredAt]) => {
    expect(readEvent({ ...CHAT_NEW, createdAt }).occurredAt).toBe(occurredAt)
  })

  test('an absent key leaves the value unknown; null means that there is none', () => {
    expect(readEvent(withData({ chat_id: 1 }, 'chat.status_updated'))).toMatchObject({
      snapshot: { departmentId: undefined, assigneeId: undefined },
    })
    expect(readEvent(withData({ chat_id: 1, assignee: null, department: null }, 'chat.status_updated'))).toMatchObject({
      snapshot: { departmentId: null, assigneeId: null },
    })
  })

  test('an assignee as an object, and as a bare id', () => {
    for (const assignee of [{ id: 4, name: 'Ann' }, { id: '4' }, 4]) {
      expect(readEvent(withData({ chat_id: 1, assignee }, 'chat.assigned'))).toMatchObject({
        snapshot: { assigneeId: 4 },
      })
    }
  })

  test('the event’s name stands for what its snapshot leaves out', () => {
    expect(readEvent(withData({ chat_id: 1 }, 'chat.closed'))).toMatchObject({ snapshot: { status: 'closed' } })
    expect(readEvent(withData({ chat_id: 1 }, 'chat.assigned'))).toMatchObject({ snapshot: { assigneeId: null } })
    expect(readEvent(withData({ chat_id: 1 }, 'chat.snoozed'))).toMatchObject({
      snapshot: { snoozedUntil: INDEFINITELY },
    })
    const snoozed = withData({ chat_id: 1, snoozedUntil: '1603885746' }, 'chat.snoozed')
    expect(readEvent(snoozed)).toMatchObject({ snapshot: { snoozedUntil: 1_603_885_746_000 } })
    const unsnoozed = withData({ chat_id: 1, snoozedUntil: 1_603_885_746 }, 'chat.unsnoozed')
    expect(readEvent(unsnoozed)).toMatchObject({ snapshot: { snoozedUntil: null } })
  })

  test('messages of customers and of agents, by chat and by e-mail', () => {
    for (const channel of ['chat', 'email']) {
      expect(readEvent(withData({ chat_id: 1 }, `message.${channel}.customer`)).kind).toBe('customer message')
      const agentData = { chat_id: 1, agent: { id: 3 } }
      expect(readEvent(withData(agentData, `message.${channel}.agent`))).toMatchObject({
        kind: 'agent message',
        agentId: 3,
      })
    }
    expect(readEvent(withData({ chat_id: 1, agent: null }, 'message.chat.agent'))).toMatchObject({ agentId: null })
  })

  test.for(['chat.rated', 'message.private', 'customer.subscribed', 'something.else', undefined, 7])(
    'the event %s is not one that routing uses',
    (event) => {
      expect(read({ ...CHAT_NEW, event })).toHaveProperty('ignored', 'not an event that routing uses')
    },
  )
})

describe('a chat’s snapshot', () => {
  const snapshotOf = (eventData: object) => {
    const event = readEvent({ ...CHAT_NEW, event: 'chat.status_updated', eventData: { chat_id: 1, ...eventData } })
    return event.kind === 'snapshot' ? event.snapshot : null
  }

  test.for<[unknown, string | undefined]>([
    ['new', 'new'],
    ['opened', 'opened'],
    ['open', 'opened'],
    ['pending', 'pending'],
    ['onhold', 'onhold'],
    ['on hold', 'onhold'],
    ['on-hold', 'onhold'],
    ['On-Hold', 'onhold'],
    ['on_hold', 'onhold'],
    ['no communication', 'no communication'],
    ['noCommunication', 'no communication'],
    ['no_communication', 'no communication'],
    ['Closed', 'closed'],
    ['EMPTY', 'empty'],
    ['gone', undefined],
    ['x'.repeat(100_000), undefined],
    [5, undefined],
    [null, undefined],
  ])('the status %j is %s', ([status, folded]) => {
    expect(snapshotOf({ status })?.status).toBe(folded)
  })

  test('has its assignee, the agents who wrote, how it began, whether it was read, and its last message', () => {
    const told = {
      assignee: { id: 2, name: 'HelpBot', email: 'bot@example.com', role: 'admin' },
      communicatedAgents: [2, '3'],
      lastCommunicatedAgentId: '3',
      createdWith: 'agent_message',
      readByAgent: true,
      lastCustomerMessageAt: '1603885746.5',
    }
    expect(snapshotOf(told)).toMatchObject({
      assigneeId: 2,
      assignee: { id: 2, name: 'HelpBot', role: 'admin' },
      communicatedAgents: [{ id: 2 }, { id: 3 }],
      lastCommunicatedAgentId: 3,
      createdWith: 'agent_message',
      readByAgent: true,
      lastCustomerMessageAt: 1_603_885_746_500,
    })
    expect(JSON.stringify(snapshotOf(told))).not.toContain('bot@example.com')
  })

  test('agents come as a list, and on one page as a single object', () => {
    const agent = { id: 3, name: 'Ann', role: 'agent' }
    for (const agents of [[agent], { ...agent, email: 'ann@example.com' }])
      expect(snapshotOf({ agents })?.communicatedAgents).toEqual([agent])
    expect(snapshotOf({ agents: [] })?.communicatedAgents).toEqual([])
    expect(snapshotOf({})?.communicatedAgents).toBeUndefined()
  })

  test('tells a customer who never wrote from one whose last message is not given', () => {
    expect(snapshotOf({ lastCustomerMessageAt: null })?.lastCustomerMessageAt).toBeNull()
    expect(snapshotOf({})?.lastCustomerMessageAt).toBeUndefined()
  })
})

describe('a message in an agent’s name', () => {
  const messageOf = (eventData: object) =>
    read({ ...CHAT_NEW, event: 'message.chat.agent', eventData: { chat_id: 1, ...eventData } })
  const agent = { id: 2, name: 'Ann', email: 'ann@example.com', role: 'agent' }

  test('is from a person, and has their name, where a person wrote it', () => {
    expect(messageOf({ agent, message: { broadcastType: null } })).toMatchObject({
      event: { kind: 'agent message', agentId: 2, agent: { id: 2, name: 'Ann', role: 'agent' }, isAutomatic: false },
    })
  })

  test.for<[string, object]>([
    ['without an agent', { agent: null, message: { broadcastType: null } }],
    ['without the key for an agent', {}],
    ...['trigger', 'auto chat', 'auto email', 'manual chat', 'manual email'].map(
      (broadcastType) => [`sent as ${broadcastType}`, { agent, message: { broadcastType } }] as [string, object],
    ),
    ['written by the system', { agent, message: { type: 'tech' } }],
  ])('%s is automatic', ([, eventData]) => {
    expect(messageOf(eventData)).toMatchObject({ event: { kind: 'agent message', isAutomatic: true } })
  })

  test('that is a private note is ignored', () => {
    expect(messageOf({ agent, message: { type: 'private' } })).toHaveProperty('ignored')
  })
})

describe('an event of a customer', () => {
  const ofCustomer = (event: string, eventData: object) => read({ ...CHAT_NEW, event, eventData })

  test.for([
    ['customer.new', 'customer changed'],
    ['customer.email_updated', 'customer changed'],
    ['customer.tags_changed', 'customer changed'],
    ['customer.blocked', 'customer changed'],
    ['customer.unblocked', 'customer changed'],
    ['customer.deleted', 'customer deleted'],
  ] as const)('%s: %s', ([type, kind]) => {
    const eventData = { id: '7', name: 'Jo', email: 'jo@example.com', customData: { plan: 'gold' } }
    expect(ofCustomer(type, eventData)).toEqual({
      customerEvent: { kind, id: CHAT_NEW.id, type, customerId: 7, occurredAt: 1_638_953_588_000 },
    })
  })

  test('without a usable id is ignored', () => {
    expect(ofCustomer('customer.deleted', { id: null })).toEqual({
      ignored: 'no usable customer id',
      type: 'customer.deleted',
    })
  })
})

describe('an event without an id', () => {
  const { id: _id, ...anonymous } = CHAT_NEW

  test('gets an id that stays the same when it is delivered again', () => {
    const first = readEvent(anonymous).id
    expect(first).toMatch(/^sha256:/)
    expect(readEvent({ ...anonymous, attempts: 3, lastAttemptAt: 1_638_959_999 }).id).toBe(first)
    expect(readEvent({ ...anonymous, createdAt: 1_638_953_589 }).id).not.toBe(first)
  })

  test('gets an id however deeply it is nested', () => {
    const deep = JSON.parse('['.repeat(500_000) + ']'.repeat(500_000)) as unknown
    expect(readEvent({ ...anonymous, eventData: { chat_id: 1, deep } }).id).toMatch(/^sha256:/)
  })

  test('an id that no database can hold is replaced', () => {
    expect(readEvent({ ...CHAT_NEW, id: 'x'.repeat(1000) }).id).toMatch(/^sha256:/)
    expect(readEvent({ ...CHAT_NEW, id: 'a\0b' }).id).toMatch(/^sha256:/)
    expect(readEvent({ ...CHAT_NEW, id: 77 }).id).toBe('77')
  })
})
