import { expect, test } from 'vitest'
import { readFacts } from '../../src/helpcrunch/facts.ts'
import { readWebhook } from '../../src/helpcrunch/webhook.ts'

const long = 'x'.repeat(100_000)

test('the first 2,000 characters of a text are read, and 100 tags and attributes of 100 characters each', () => {
  const attributes = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`${index} ${long}`, long]))
  const {
    text,
    tags,
    attributes: read,
  } = readFacts('chat.new', {
    message: { text: long },
    customer: { tags: Array.from({ length: 1000 }, () => long), attributes },
  })
  expect(text).toHaveLength(2000)
  expect(tags.map((tag) => tag.length)).toEqual(Array.from({ length: 100 }, () => 100))
  const entries = Object.entries(read)
  expect(entries).toHaveLength(100)
  expect(entries.every(([name, value]) => name.length <= 100 && value.length <= 100)).toBe(true)
})

test('an id of more than 200 characters is hashed, and a type of more is cut', () => {
  const reading = readWebhook({ event: 'chat.new', id: long, eventData: { chat_id: 5 } }, 0)
  expect(reading).toMatchObject({ event: { id: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) as string } })
  expect(readWebhook({ event: long }, 0)).toMatchObject({ type: 'x'.repeat(200) })
})
