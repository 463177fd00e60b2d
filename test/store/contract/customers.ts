import { describe, expect } from 'vitest'
import type { ChatPolicy } from '../../../src/decision.ts'
import type { CustomerEvent, CustomerFacts, CustomerId, EventId } from '../../../src/domain.ts'
import { chatPolicyOf } from '../../../src/routing/chat-policy.ts'
import { chatId, facts, snapshotEvent } from '../../support/events.ts'
import { policyOf } from '../../support/people.ts'
import { T, type StoreTest, type StoreWorld } from './store-test.ts'

/** Rules that look at customers. */
export const OF_CUSTOMERS: ChatPolicy = chatPolicyOf(
  policyOf(null, null, { labels: { vip: { tags: ['vip'] }, french: { language: ['fr'] } } }),
)

const CUSTOMER = 700 as CustomerId
const HOUR_MS = 3_600_000
const VIP: CustomerFacts = {
  tags: ['vip'],
  attributes: {},
  locale: 'fr',
  createdFrom: null,
  messenger: null,
  company: null,
  countryCode: null,
  createdAt: null,
  lastPage: null,
  isBlocked: false,
}

/** Where the rules look at a customer: no webhook about a chat describes one. */
export function customersContract(test: StoreTest): void {
  describe('a customer that the rules look at', () => {
    const come = ({ receive, clock }: StoreWorld, chat: number) =>
      receive({ ...snapshotEvent('chat.new', chat, clock.now()), facts: facts({ customerId: CUSTOMER }) })
    const event = (kind: CustomerEvent['kind'], id: string): CustomerEvent => ({
      kind,
      id: id as EventId,
      type: 'customer.tags_changed',
      customerId: CUSTOMER,
      occurredAt: T,
    })

    /** The next step must read the customer, and is answered so. */
    async function read({ take, settle }: StoreWorld, told: CustomerFacts | null, failure: string | null = null) {
      const step = await take(null)
      expect(step).toMatchObject({ kind: 'customer', customerId: CUSTOMER })
      if (step !== null) await settle(step, { to: 'customer', customerId: CUSTOMER, facts: told, failure })
    }

    test('is read before the chat is decided, which then has its labels, and is known for a day', async ({ world }) => {
      await come(world, 1)
      await read(world, VIP)
      expect(await world.take(1)).toMatchObject({ kind: 'put', chatId: 1 })
      expect(world.seen()?.chat.labels).toEqual(['french', 'vip'])
      await world.reopen()
      world.clock.advance(23 * HOUR_MS)
      await come(world, 2)
      await world.fetch({ assigneeId: null })
      for (let step = await world.take(2); step?.kind === 'fetch'; step = await world.take(2))
        await world.settle(step, { to: 'known', snapshot: { assigneeId: null }, answeredAt: world.clock.now() })
      expect(world.seen()?.chat.labels).toEqual(['french', 'vip'])
    })

    test('who has changed is read again, and labels that no longer hold are removed', async ({ world }) => {
      await come(world, 1)
      await read(world, VIP)
      expect(await world.receiveCustomer(event('customer changed', 'c1'))).toBe('accepted')
      expect(await world.receiveCustomer(event('customer changed', 'c1'))).toBe('duplicate')
      await read(world, { ...VIP, tags: [] })
      expect(await world.take(1)).toMatchObject({ kind: 'put', chatId: 1 })
      expect(world.seen()?.chat.labels).toEqual(['french'])
    })

    test('who cannot be read keeps no chat waiting: for ten minutes chats are decided without the record', async ({
      world,
    }) => {
      await come(world, 1)
      await read(world, null, 'HTTP 404')
      const put = await world.take(1)
      expect(put).toMatchObject({ kind: 'put', summary: 'so; the customer could not be read (HTTP 404)' })
      const history = await world.store.explain(chatId(1))
      expect(history?.assignments[0]?.decisions[0]?.steps[0]).toMatchObject({
        rule: 'customer',
        skipped: 'could not be read (HTTP 404): labels by customer are as last known',
      })
      if (put !== null) await world.settle(put, world.assigned({}))
      world.clock.advance(11 * 60_000)
      await come(world, 2)
      await read(world, VIP)
    })

    test('who was deleted leaves no data, and is read anew', async ({ world }) => {
      await come(world, 1)
      await read(world, VIP)
      const put = await world.take(1)
      if (put !== null) await world.settle(put, world.assigned({}))
      expect(await world.receiveCustomer(event('customer deleted', 'c2'))).toBe('accepted')
      await world.reopen()
      await come(world, 2)
      await read(world, { ...VIP, tags: [], locale: null })
      expect(await world.take(1)).toMatchObject({ kind: 'put', chatId: 2 })
      expect(world.seen()).toMatchObject({ lastAgent: null, chat: { labels: [] } })
    })
  })
}
