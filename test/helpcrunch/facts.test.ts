import { expect, test } from 'vitest'
import { readFacts } from '../../src/helpcrunch/facts.ts'
import { facts } from '../support/events.ts'

test('fields that are missing, or of another type, are empty', () => {
  const nothing = facts({ channel: null })
  expect(readFacts('chat.new', {})).toEqual(nothing)
  expect(readFacts('chat.new', { customer: 'Jo', message: [], applicationId: 'x', createdWith: 7 })).toEqual(nothing)
  expect(readFacts('chat.new', { customer: { tags: 'vip', attributes: 5, language: 7, id: -1 } })).toEqual(nothing)
})

test('tags and attributes are read in every form that was seen', () => {
  const forms = [
    { tags: ['vip'], attributes: { plan: 'gold', seats: 5 } },
    {
      tagsData: [{ name: 'vip' }],
      customData: [
        { name: 'plan', value: 'gold' },
        { name: 'seats', value: 5 },
      ],
    },
  ]
  for (const customer of forms) {
    expect(readFacts('chat.new', { customer: { id: '7', ...customer } })).toMatchObject({
      customerId: 7,
      tags: ['vip'],
      attributes: { plan: 'gold', seats: '5' },
    })
  }
})

test('only message events tell the channel; for a chat event it is not guessed', () => {
  expect(readFacts('message.email.customer', { message: { text: 'Hi' } })).toMatchObject({
    channel: 'email',
    text: 'Hi',
  })
  expect(readFacts('message.chat.customer', {}).channel).toBe('chat')
  for (const type of ['chat.new', 'chat.assigned', 'search'])
    expect(readFacts(type, { createdWith: 'customer_message' }).channel).toBeNull()
})

test.for<[string | undefined, boolean | undefined]>([
  ['broadcast_reply', true],
  ['customer_message', false],
  ['agent_message', false],
  ['public_api', false],
  ['something_else', undefined],
  [undefined, undefined],
])('createdWith %s: a reply to a broadcast? %s', ([createdWith, isBroadcastReply]) => {
  expect(readFacts('chat.new', { createdWith }).isBroadcastReply).toBe(isBroadcastReply)
})

test('a chat’s last text is read only where the customer wrote it', () => {
  const lastMessageText = 'A refund is on its way'
  const textOf = (chat: object) => readFacts('chat.assigned', { lastMessageText, ...chat }).text
  expect(textOf({ lastMessageAt: '1603885746.713', lastCustomerMessageAt: 1603885746 })).toBe(lastMessageText)
  expect(textOf({ lastMessageAt: '1603885750.713', lastCustomerMessageAt: 1603885746 })).toBe('')
  expect(textOf({ lastMessageAt: '1603885750.713', lastCustomerMessageAt: null })).toBe('')
  expect(textOf({})).toBe('')
})

test('long texts and lists are cut', () => {
  const tags = Array.from({ length: 1000 }, () => 'x'.repeat(1000))
  const read = readFacts('message.chat.customer', { message: { text: 'x'.repeat(1e6) }, customer: { tags } })
  expect(read.text).toHaveLength(2000)
  expect(read.tags).toHaveLength(100)
  expect(read.tags[0]).toHaveLength(100)
})
