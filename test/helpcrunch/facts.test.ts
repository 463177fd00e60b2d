import { expect, test } from 'vitest'
import { readFacts } from '../../src/helpcrunch/facts.ts'
import { facts } from '../support/events.ts'

test('what is not told, or is something else, is empty', () => {
  expect(readFacts('chat.new', {})).toEqual(facts())
  expect(readFacts('chat.new', { customer: 'Jo', message: [], applicationId: 'x', createdWith: 7 })).toEqual(facts())
  expect(readFacts('chat.new', { customer: { tags: 'vip', attributes: 5, language: 7, id: -1 } })).toEqual(facts())
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

test('an e-mail is known by its event, or by what the chat was created with', () => {
  expect(readFacts('message.email.customer', { message: { text: 'Hi' } })).toMatchObject({
    channel: 'email',
    text: 'Hi',
  })
  expect(readFacts('chat.new', { createdWith: 'e-mail', lastMessageText: 'Hi' })).toMatchObject({
    channel: 'email',
    text: 'Hi',
  })
})

test('endless texts and lists are cut', () => {
  const tags = Array.from({ length: 1000 }, () => 'x'.repeat(1000))
  const read = readFacts('chat.new', { lastMessageText: 'x'.repeat(1e6), customer: { tags } })
  expect(read.text).toHaveLength(2000)
  expect(read.tags).toHaveLength(50)
  expect(read.tags[0]).toHaveLength(100)
})
