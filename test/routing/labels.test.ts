import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { LabelFacts } from '../../src/decision.ts'
import type { Channel, CustomerFacts } from '../../src/domain.ts'
import type { RoutingFile } from '../../src/routing/file-schema.ts'
import { channelFrom, labelsFor, labelsOf, labelsSaidIn } from '../../src/routing/labels.ts'
import { needsCustomer } from '../../src/routing/policy.ts'
import { readCustomer } from '../../src/helpcrunch/customer.ts'
import { facts } from '../support/events.ts'
import { policyOf } from '../support/people.ts'

type Label = NonNullable<RoutingFile['labels']>[string]

const LABELS = {
  french: { language: ['fr', 'fr-FR'] },
  refund: { text: ['refund', 'money back'] },
  vip: { tags: ['VIP'], attributes: { plan: ['gold', 'platinum'] } },
  mail: { channel: ['email' as const] },
  app: { application: [3], channel: ['chat' as const] },
}

const customer = (more: Partial<CustomerFacts> = {}): CustomerFacts => ({ ...readCustomer({}), ...more })
const known = (more: Partial<LabelFacts> = {}): LabelFacts => ({
  channel: null,
  applicationId: null,
  isBroadcastReply: false,
  saidLabels: [],
  customer: null,
  ...more,
})
const holds = (label: Label, more: Partial<LabelFacts>) => labelsFor({ it: label }, known(more)).length === 1
const holdsFor = (label: Label, more: Partial<CustomerFacts>) => holds(label, { customer: customer(more) })

test('a label holds when all its conditions do, and of each one any value, in any case', () => {
  expect(labelsOf(LABELS, facts())).toEqual([])
  expect(labelsOf(LABELS, facts({ language: 'FR', text: 'I want my MONEY BACK!' }))).toEqual(['french', 'refund'])
  expect(labelsOf(LABELS, facts({ tags: ['vip'], attributes: { plan: 'Gold' } }))).toEqual(['vip'])
  expect(labelsOf(LABELS, facts({ tags: ['vip'], attributes: { plan: 'free' } }))).toEqual([])
  expect(labelsOf(LABELS, facts({ channel: 'email', applicationId: 3 }))).toEqual(['mail'])
  expect(labelsOf(LABELS, facts({ applicationId: 3 }))).toEqual(['app'])
})

test('no text, tag or attribute makes it fail', () => {
  fc.assert(
    fc.property(
      fc.string(),
      fc.array(fc.string()),
      fc.dictionary(fc.string(), fc.string()),
      (text, tags, attributes) => {
        const found = labelsOf(LABELS, facts({ text, tags, attributes }))
        expect(found.every((name) => name in LABELS)).toBe(true)
      },
    ),
  )
})

describe('the customer', () => {
  test('once known, makes labels that the event alone could not tell', () => {
    const french = customer({ locale: 'fr', tags: ['vip'], attributes: { plan: 'gold' } })
    expect(labelsOf(LABELS, facts({ channel: null }))).toEqual([])
    expect(labelsOf(LABELS, facts({ channel: null }), french)).toEqual(['french', 'vip'])
  })

  test('who is not known yet fulfils no condition on customers, and words that were said still count', () => {
    const labels = { angry: { text: ['refund'], tags: ['vip'] } }
    const saidLabels = labelsSaidIn(labels, 'A REFUND, please')
    expect(saidLabels).toEqual(['angry'])
    expect(labelsFor(labels, known({ saidLabels }))).toEqual([])
    expect(labelsFor(labels, known({ saidLabels, customer: customer({ tags: ['vip'] }) }))).toEqual(['angry'])
    expect(labelsFor(labels, known({ customer: customer({ tags: ['vip'] }) }))).toEqual([])
  })

  test.for<[wanted: string, locale: string | null, boolean]>([
    ['fr', 'fr', true],
    ['fr', 'fr-CA', true],
    ['fr', 'fr_CA', true],
    ['FR', 'fr', true],
    ['fr-CA', 'fr_CA', true],
    ['fr-CA', 'fr', false],
    ['fr-CA', 'fr-FR', false],
    ['fr', 'frr', false],
    ['fr', null, false],
  ])('the language %s is that of %s: %s', ([wanted, locale, isSo]) => {
    expect(holdsFor({ language: [wanted] }, { locale })).toBe(isSo)
  })

  test('has labels by country, company, origin and page', () => {
    expect(holdsFor({ country: ['ua', 'PL'] }, { countryCode: 'UA' })).toBe(true)
    expect(holdsFor({ country: ['ua'] }, { countryCode: null })).toBe(false)
    expect(holdsFor({ company: ['acme'] }, { company: 'Acme' })).toBe(true)
    expect(holdsFor({ company: ['acme'] }, { company: 'Acme Inc' })).toBe(false)
    expect(holdsFor({ createdFrom: ['Telegram'] }, { createdFrom: 'telegram' })).toBe(true)
    expect(holdsFor({ page: ['/pricing'] }, { lastPage: 'https://example.com/Pricing/plans' })).toBe(true)
    expect(holdsFor({ page: ['/pricing'] }, { lastPage: null })).toBe(false)
    expect(holdsFor({ customerSince: { from: '2026-01-01' } }, { createdAt: Date.UTC(2026, 0, 1) })).toBe(true)
    expect(holdsFor({ customerSince: { from: '2026-01-01' } }, { createdAt: Date.UTC(2026, 0, 1) - 1 })).toBe(false)
    expect(holdsFor({ customerSince: { from: '2026-01-01' } }, { createdAt: null })).toBe(false)
  })
})

describe('the channel', () => {
  test('is a chat until an e-mail shows that it is not; messengers are chats', () => {
    const chat: Label = { channel: ['chat'] }
    expect(holds(chat, { channel: null })).toBe(true)
    expect(holds(chat, { channel: 'telegram' })).toBe(true)
    expect(holds(chat, { channel: 'email' })).toBe(false)
    expect(holds({ channel: ['email'] }, { channel: null })).toBe(false)
    expect(holds({ channel: ['viber', 'telegram'] }, { channel: 'telegram' })).toBe(true)
    expect(holds({ channel: ['viber'] }, { channel: 'chat' })).toBe(false)
  })

  test.for<[said: Channel | null, messenger: CustomerFacts['messenger'] | 'unread', Channel | null]>([
    [null, 'unread', null],
    ['chat', 'unread', 'chat'],
    ['chat', null, 'chat'],
    ['chat', 'telegram', 'telegram'],
    [null, 'viber', 'viber'],
    ['email', 'telegram', 'email'],
  ])('is by the event %s, by the customer’s record %s: %s', ([said, messenger, channel]) => {
    expect(channelFrom(said, messenger === 'unread' ? null : customer({ messenger }))).toBe(channel)
  })

  test('of a messenger weighs as the file says, or as a chat', () => {
    const { settings } = policyOf(null, null, { channels: { chat: 2, viber: 0.5 } })
    expect((['chat', 'telegram', null, 'viber', 'email'] as const).map(settings.weightOf)).toEqual([2, 2, 2, 0.5, 1])
  })
})

test('the label broadcastReply holds for a reply to a broadcast', () => {
  expect(holds({ broadcastReply: true }, { isBroadcastReply: true })).toBe(true)
  expect(holds({ broadcastReply: true }, {})).toBe(false)
  expect(holds({ broadcastReply: false }, {})).toBe(true)
  expect(labelsOf({ it: { broadcastReply: true } }, facts({ isBroadcastReply: true }))).toEqual(['it'])
})

describe('a customer costs a request, which is spent', () => {
  test.for<[string, RoutingFile, boolean]>([
    ['for no labels', {}, false],
    ['for words', { labels: { refund: { text: ['refund'] } } }, false],
    [
      'for what a chat tells',
      { labels: { it: { channel: ['chat', 'email'], application: [1], broadcastReply: true } } },
      false,
    ],
    ['for weights of chat and e-mail', { channels: { chat: 1, email: 2 } }, false],
    ['for a language', { labels: { it: { language: ['fr'] } } }, true],
    ['for tags', { labels: { it: { tags: ['vip'] } } }, true],
    ['for attributes', { labels: { it: { attributes: { plan: ['gold'] } } } }, true],
    ['for a country', { labels: { it: { country: ['UA'] } } }, true],
    ['for a company', { labels: { it: { company: ['Acme'] } } }, true],
    ['for an origin', { labels: { it: { createdFrom: ['api'] } } }, true],
    ['for a page', { labels: { it: { page: ['/'] } } }, true],
    ['for an age', { labels: { it: { customerSince: { to: '2026-01-01' } } } }, true],
    ['for a messenger', { labels: { it: { channel: ['telegram'] } } }, true],
    ['for a messenger’s weight', { channels: { telegram: 2 } }, true],
  ])('%s: %s', ([, file, isNeeded]) => {
    expect(needsCustomer(policyOf(null, null, file))).toBe(isNeeded)
  })
})
