import { describe, expect } from 'vitest'
import type { ChatSnapshot } from '../../../src/domain.ts'
import { facts, agentId, chatId, customerMessage, snapshotEvent } from '../../support/events.ts'
import { T, type StoreTest } from './store-test.ts'

/** What HelpCrunch is asked for. */
export function searchContract(test: StoreTest): void {
  describe('a search for what webhooks did not tell', () => {
    const found = (chat: number, snapshot: ChatSnapshot, lastCustomerMessageAt: number | null = T) => ({
      id: chatId(chat),
      snapshot: { status: 'opened', departmentId: null, assigneeId: null, ...snapshot },
      facts: facts(),
      lastCustomerMessageAt,
    })

    test('opens an assignment for an unknown chat', async ({ world: { store, take } }) => {
      expect(await store.reconcile([found(1, {})], T, 0)).toEqual({ opened: 1, corrected: 0, leftAlone: 0 })
      expect(await take(1)).toMatchObject({ kind: 'put', chatId: 1 })
    })

    test('leaves a chat alone whose customer wrote too long ago, until they write again', async ({
      world: { store, receive, take },
    }) => {
      expect(await store.reconcile([found(1, {}, T - 1)], T, T)).toEqual({ opened: 0, corrected: 0, leftAlone: 1 })
      expect(await store.reconcile([found(1, {}, T - 1)], T + 5000, 0)).toEqual({
        opened: 0,
        corrected: 0,
        leftAlone: 0,
      })
      expect(await take(1)).toBeNull()
      await receive(customerMessage(1, T + 9000))
      expect(await take(1)).toMatchObject({ kind: 'put' })
    })

    test('shows which agent has which chat, and which chats are closed', async ({ world: { store, loads } }) => {
      await store.reconcile([found(1, { assigneeId: agentId(1) }), found(2, { status: 'closed' })], T, 0)
      expect(await loads()).toEqual({ 1: 1, 2: 0 })
      const [given, closed] = [
        found(1, { assigneeId: agentId(2) }),
        found(2, { assigneeId: agentId(2), status: 'closed' }),
      ]
      expect(await store.reconcile([given, closed], T + 5000, 0)).toEqual({ opened: 0, corrected: 2, leftAlone: 0 })
      expect(await loads()).toEqual({ 1: 0, 2: 1 })
    })

    test('supersedes the assignment of a chat that a person took', async ({ world: { store, receive, take } }) => {
      await receive(snapshotEvent('chat.new', 1, T))
      await store.reconcile([found(1, { assigneeId: agentId(2) })], T + 5000, 0)
      expect(await take(1)).toBeNull()
    })

    test('does not outweigh a webhook of the same second, or a newer one', async ({
      world: { store, receive, loads },
    }) => {
      await receive(snapshotEvent('chat.assigned', 1, T, { assigneeId: agentId(2) }))
      for (const takenAt of [T - 5000, T]) await store.reconcile([found(1, {})], takenAt, 0)
      expect(await loads()).toEqual({ 1: 0, 2: 1 })
    })

    test('does not bring back a dead letter, nor a chat from which a person removed the agent', async ({
      world: { store, receive, take, takePut, settle },
    }) => {
      await receive(snapshotEvent('chat.new', 1, T))
      await settle(await takePut(1), { to: 'dead', reason: 'HTTP 500' })
      await receive(snapshotEvent('chat.assigned', 2, T, { assigneeId: agentId(1) }))
      await store.reconcile([found(1, {}, T), found(2, {}, T)], T + 5000, 0)
      expect(await take(1)).toBeNull()
    })

    test('makes up for a lost message of the customer in a chat whose agent was removed', async ({
      world: { store, receive, take },
    }) => {
      await receive(snapshotEvent('chat.assigned', 1, T, { assigneeId: agentId(1) }))
      await store.reconcile([found(1, {}, T + 2000)], T + 5000, 0)
      expect(await take(1)).toMatchObject({ kind: 'put' })
    })

    test('makes a chat wait whose snooze was ended without a webhook', async ({ world: { store, receive, take } }) => {
      await receive(snapshotEvent('chat.new', 1, T))
      await receive(snapshotEvent('chat.snoozed', 1, T + 1000, { snoozedUntil: T + 3_600_000 }))
      await store.reconcile([found(1, { snoozedUntil: null })], T + 5000, 0)
      expect(await take(1)).toMatchObject({ kind: 'put', chatId: 1 })
    })

    test('remembers how far it got', async ({ world: { store, reopen } }) => {
      expect(await store.reconciledUntil()).toBeNull()
      await store.saveReconciledUntil(T)
      await store.saveReconciledUntil(T + 1)
      const reopened = await reopen()
      expect(await reopened.reconciledUntil()).toBe(T + 1)
    })
  })
}
