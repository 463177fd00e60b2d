import { describe, expect } from 'vitest'
import { agentId, chatId, customerMessage, facts, snapshotEvent } from '../../support/events.ts'
import { T, type StoreTest } from './store-test.ts'

/** A chat from which a person removed the agent rests until its customer writes again. */
export function removalsContract(test: StoreTest): void {
  describe('a person removes the agent', () => {
    test('the chat rests until its customer writes again', async ({ world: { receive, take } }) => {
      await receive(snapshotEvent('chat.assigned', 1, T, { assigneeId: agentId(1) }))
      await receive(snapshotEvent('chat.assigned', 1, T + 1000))
      await receive(snapshotEvent('chat.status_updated', 1, T + 2000))
      expect(await take(1)).toBeNull()
      await receive(customerMessage(1, T + 3000))
      expect(await take(1)).toMatchObject({ kind: 'put' })
    })

    test('a removal that overtakes its assignment counts', async ({ world: { receive, take } }) => {
      await receive(snapshotEvent('chat.new', 1, T))
      await receive(snapshotEvent('chat.assigned', 1, T + 20_000))
      await receive(snapshotEvent('chat.assigned', 1, T + 10_000, { assigneeId: agentId(1) }))
      expect(await take(2)).toBeNull()
    })

    test('a removal that overtakes the echo of our PUT, whose answer was lost, counts', async ({
      world: { receive, take, takePut, settle },
    }) => {
      await receive(snapshotEvent('chat.new', 1, T))
      await settle(await takePut(1), {
        to: 'retry',
        notBefore: T,
        isFailure: true,
        mayHaveTakenEffect: true,
        reason: 'ETIMEDOUT',
      })
      await receive(snapshotEvent('chat.assigned', 1, T + 20_000))
      expect(await take(1)).toBeNull()
    })

    test('a removal counts where the service was killed before the answer to its PUT', async ({
      world: { receive, takePut, take, reopen },
    }) => {
      await receive(snapshotEvent('chat.new', 1, T))
      await takePut(1)
      await reopen()
      await receive(snapshotEvent('chat.assigned', 1, T + 2000))
      expect(await take(1)).toBeNull()
    })

    test('chat.assigned without an agent in the second of chat.new was before our PUT, and is no removal', async ({
      world: { receive, takePut, settle, take, fetch },
    }) => {
      await receive(snapshotEvent('chat.new', 1, T))
      const turn = await takePut(1)
      await receive(snapshotEvent('chat.assigned', 1, T))
      await settle(turn, { to: 'retry', notBefore: T, isFailure: true, mayHaveTakenEffect: true, reason: 'HTTP 500' })
      await fetch({ assigneeId: null })
      expect(await take(1)).toMatchObject({ kind: 'put' })
    })

    test('a removal that a search overtook counts; chat.assigned without an agent at the beginning is none', async ({
      world: { store, clock, receive, take },
    }) => {
      const unassigned = { status: 'opened', assigneeId: null, departmentId: null }
      for (const id of [1, 2]) await receive(snapshotEvent('chat.new', id, T))
      clock.advance(31_000)
      const found = [1, 2].map((id) => ({
        id: chatId(id),
        snapshot: unassigned,
        facts: facts(),
        lastCustomerMessageAt: T,
      }))
      await store.reconcile(found, T + 30_000, 0)
      await receive(snapshotEvent('chat.assigned', 1, T + 10_000))
      await receive(snapshotEvent('chat.assigned', 2, T + 1000))
      expect(await take(1)).toMatchObject({ kind: 'put', chatId: 2 })
      expect(await store.countOpen()).toEqual({ waiting: 0, decided: 1 })
    })

    test('a customer’s message that overtook the removal asks for an agent', async ({ world: { receive, take } }) => {
      await receive(snapshotEvent('chat.assigned', 1, T, { assigneeId: agentId(1) }))
      await receive(customerMessage(1, T + 20_000))
      await receive(snapshotEvent('chat.assigned', 1, T + 15_000))
      expect(await take(2)).toMatchObject({ kind: 'put' })
    })

    test('a customer’s message asks for an agent after an older assignment and removal that a search overtook', async ({
      world: { store, clock, receive, take },
    }) => {
      await receive(snapshotEvent('chat.new', 1, T))
      clock.advance(31_000)
      const snapshot = { status: 'opened', assigneeId: null, departmentId: null }
      const found = { id: chatId(1), snapshot, facts: facts(), lastCustomerMessageAt: T + 20_000 }
      await store.reconcile([found], T + 30_000, 0)
      await receive(snapshotEvent('chat.assigned', 1, T + 10_000, { assigneeId: agentId(2) }))
      await receive(snapshotEvent('chat.assigned', 1, T + 15_000))
      await receive(customerMessage(1, T + 20_000))
      // The assignment raised a doubt: the chat is fetched first.
      expect(await take(1)).toMatchObject({ kind: expect.stringMatching(/put|fetch/) as string, chatId: 1 })
    })

    test('a customer’s message asks for an agent, also where a later event overtook it', async ({
      world: { receive, take },
    }) => {
      await receive(snapshotEvent('chat.assigned', 1, T, { assigneeId: agentId(1) }))
      await receive(snapshotEvent('chat.assigned', 1, T + 1000))
      await receive(snapshotEvent('chat.status_updated', 1, T + 201_000))
      await receive(customerMessage(1, T + 200_000))
      expect(await take(1)).toMatchObject({ kind: 'put' })
    })

    test('chat.assigned without an agent leaves the assignment of an unassigned chat alone', async ({
      world: { receive, take },
    }) => {
      await receive(snapshotEvent('chat.new', 1, T))
      await receive(snapshotEvent('chat.assigned', 1, T))
      expect(await take(1)).toMatchObject({ kind: 'put' })
    })
  })
}
