import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { labelsOf } from '../../src/routing/labels.ts'
import { facts } from '../support/events.ts'

const LABELS = {
  french: { language: ['fr', 'fr-FR'] },
  refund: { text: ['refund', 'money back'] },
  vip: { tags: ['VIP'], attributes: { plan: ['gold', 'platinum'] } },
  mail: { channel: ['email' as const] },
  app: { application: [3], channel: ['chat' as const] },
}

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
