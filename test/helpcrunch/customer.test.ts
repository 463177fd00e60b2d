import { describe, expect, test } from 'vitest'
import { readCustomer } from '../../src/helpcrunch/customer.ts'

/** The example of HelpCrunch’s documentation, shortened. */
const CUSTOMER = {
  id: 7,
  name: 'Jo Doe',
  email: 'jo@example.com',
  phone: '+380441234567',
  userId: 'user-7',
  company: 'Acme',
  locale: 'uk',
  createdFrom: 'telegram',
  createdAt: '1603885746',
  blocked: false,
  lastPage: 'https://jo:secret@shop.example.com/pricing?email=jo@example.com#top',
  location: { countryCode: 'ua', regionCode: 'UA-30', city: 'Kyiv' },
  tags: [{ name: 'vip', color: '#ff0000' }],
  customData: { plan: 'gold', mrr: 1200, trial: false },
}

test('only those fields of a customer are read that a rule can use', () => {
  expect(readCustomer(CUSTOMER)).toEqual({
    tags: ['vip'],
    attributes: { plan: 'gold', mrr: 1200, trial: false },
    locale: 'uk',
    createdFrom: 'telegram',
    messenger: 'telegram',
    company: 'Acme',
    countryCode: 'UA',
    createdAt: 1_603_885_746_000,
    lastPage: 'https://shop.example.com/pricing',
    isBlocked: false,
  })
})

test('no name, e-mail address or phone number is read, wherever it stands', () => {
  const customData = {
    email: 'x',
    'E-Mail': 'x',
    'work phone': '1',
    first_name: 'Jo',
    fullName: 'Jo Doe',
    contact: 'jo@example.com',
    call: '+38 044 123-45-67',
    planName: 'gold',
  }
  expect(readCustomer({ ...CUSTOMER, customData }).attributes).toEqual({ planName: 'gold' })
  const text = JSON.stringify(readCustomer({ ...CUSTOMER, customData }))
  expect(readCustomer({ company: 'jo@example.com' }).company).toBeNull()
  expect(readCustomer({ lastPage: 'https://example.com/users/jo%40example.com/plan' }).lastPage).toBe(
    'https://example.com/users/-/plan',
  )
  for (const personal of ['Jo', 'jo@', 'secret', '044', 'user-7', 'Kyiv']) expect(text).not.toContain(personal)
})

describe('every documented form of', () => {
  test.for<[string, object, string[]]>([
    ['objects', { tags: [{ name: 'vip', color: null }, { name: 'new' }] }, ['vip', 'new']],
    ['words', { tags: ['vip'] }, ['vip']],
    ['tagsData', { tagsData: [{ name: 'vip' }] }, ['vip']],
    ['none', { tags: null }, []],
    ['something else', { tags: [null, 5, { name: 5 }, {}] }, []],
  ])('tags: %s', ([, customer, tags]) => {
    expect(readCustomer(customer as Record<string, unknown>).tags).toEqual(tags)
  })

  test.for<[string, unknown, object]>([
    ['an object', { plan: 'gold', mrr: 5 }, { plan: 'gold', mrr: 5 }],
    ['a list with property', [{ property: 'plan', value: 'gold' }], { plan: 'gold' }],
    ['a list with name', [{ name: 'plan', value: 'gold' }], { plan: 'gold' }],
    ['nothing', null, {}],
    ['values that no rule can compare', { a: null, b: {}, c: [1] }, {}],
    ['a list of something else', [null, 5, { property: 5, value: 1 }], {}],
  ])('customData: %s', ([, customData, attributes]) => {
    expect(readCustomer({ customData }).attributes).toEqual(attributes)
  })

  test.for([
    ['telegram', 'telegram'],
    ['Viber', 'viber'],
    ['facebook_messenger', 'facebook'],
    ['fb', 'facebook'],
    ['instagram', 'instagram'],
    ['WhatsApp', 'whatsapp'],
    ['whats_app', 'whatsapp'],
    ['widget', null],
    [null, null],
  ] as const)('createdFrom: %s', ([createdFrom, messenger]) => {
    expect(readCustomer({ createdFrom }).messenger).toBe(messenger)
  })
})

test('texts and lists of a customer are cut to their limits', () => {
  const customer = readCustomer({
    tags: Array.from({ length: 5000 }, (_, index) => `${index}${'x'.repeat(5000)}`),
    customData: Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`a${index}`, 'x'.repeat(5000)])),
    company: 'x'.repeat(1e6),
    locale: 'x'.repeat(1e6),
    lastPage: `https://example.com/${'x'.repeat(1e6)}`,
    location: { countryCode: 'x'.repeat(1e6) },
  })
  expect(JSON.stringify(customer).length).toBeLessThan(25_000)
})

test('a customer record without fields is read as empty', () => {
  expect(readCustomer({})).toEqual({
    tags: [],
    attributes: {},
    locale: null,
    createdFrom: null,
    messenger: null,
    company: null,
    countryCode: null,
    createdAt: null,
    lastPage: null,
    isBlocked: false,
  })
})
