import { describe, expect } from 'vitest'
import type { AssignmentId, CustomerId } from '../../../src/domain.ts'
import { agentId, agentMessage, facts, snapshotEvent } from '../../support/events.ts'
import { T, type StoreTest } from './store-test.ts'

/** What outlives a restart, and what does not stay. */
export function memoryContract(test: StoreTest): void {
  describe('dead letters', () => {
    test('are kept with their history, and run like new when they are replayed', async ({
      world: { reopen, receive, take, takePut, settle, fetch },
    }) => {
      await receive(snapshotEvent('chat.new', 1, T))
      await settle(await takePut(1), {
        to: 'retry',
        notBefore: T,
        isFailure: true,
        mayHaveTakenEffect: true,
        reason: 'HTTP 500',
      })
      await fetch({ assigneeId: null })
      await settle(await takePut(1), { to: 'dead', reason: 'ECONNRESET' })
      const store = await reopen()
      const [letter] = await store.listDeadLetters(10)
      expect(letter).toMatchObject({
        chatId: 1,
        state: 'dead',
        history: [{ agentId: 1, reason: 'HTTP 500' }, { reason: 'ECONNRESET' }],
      })
      expect(await store.replay(letter?.id as AssignmentId)).toBe('replayed')
      expect(await take(2)).toMatchObject({ kind: 'put', chatId: 1, agentId: 2, failures: 0 })
      expect(await store.listDeadLetters(10)).toEqual([])
      expect(await store.replay(letter?.id as AssignmentId)).toBe('no such dead letter')
    })

    test('are not replayed for a chat that a person took, or that is closed', async ({
      world: { store, receive, takePut, settle },
    }) => {
      for (const chat of [1, 2]) await receive(snapshotEvent('chat.new', chat, T))
      for (const _ of [1, 2]) await settle(await takePut(1), { to: 'dead', reason: 'HTTP 500' })
      await receive(snapshotEvent('chat.assigned', 1, T + 1000, { assigneeId: agentId(2) }))
      await receive(snapshotEvent('chat.closed', 2, T + 1000, { status: 'closed' }))
      const [latest] = await store.listDeadLetters(1)
      expect(await store.listDeadLetters(1, latest?.id)).toMatchObject([{ chatId: 1 }])
      const answers = (await store.listDeadLetters(10)).map(async ({ id, chatId: chat }) => [
        chat,
        await store.replay(id),
      ])
      expect(await Promise.all(answers)).toEqual([
        [2, 'the chat is closed'],
        [1, 'an agent has the chat'],
      ])
    })
  })

  test('what was learned of the account’s bursts is remembered', async ({ world: { store, reopen } }) => {
    expect(await store.learnedBurst()).toBeNull()
    await store.saveLearnedBurst({ burst: 30, learnedAt: T })
    await store.saveLearnedBurst({ burst: 8, learnedAt: T + 1 })
    const reopened = await reopen()
    expect(await reopened.learnedBurst()).toEqual({ burst: 8, learnedAt: T + 1 })
  })

  test('requests of the last minute are remembered', async ({ world: { store, reopen, receive, takePut } }) => {
    await receive(snapshotEvent('chat.new', 1, T))
    await takePut(1)
    await store.recordRequest(T + 500)
    const reopened = await reopen()
    expect(await reopened.recentRequests(T + 61_000)).toEqual([T, T + 500])
    expect(await reopened.recentRequests(T + 62_250)).toEqual([T + 500])
  })

  test('a customer’s last agent is forgotten when the policy says so, and not with other old data', async ({
    world: { stores, clock, receive },
  }) => {
    const message = agentMessage(1, 2, T)
    await receive({ ...message, facts: facts({ customerId: 7 as CustomerId }) })
    const monthAgo = T - 30 * 24 * 60 * 60_000
    expect(await stores.prune(monthAgo, 100)).toBe(0)
    // The policy of these tests forgets at once.
    clock.advance(1)
    expect(await stores.prune(monthAgo, 100)).toBe(1)
  })

  test('what is old and settled is deleted, a batch at a time; what is open stays', async ({
    world: { stores, receive, take },
  }) => {
    await receive(snapshotEvent('chat.new', 1, T))
    for (const chat of [2, 3, 4]) await receive(snapshotEvent('chat.closed', chat, T, { status: 'closed' }))
    // Two events, two chats, and two lines of the journal.
    expect(await stores.prune(T + 1, 2)).toBe(6)
    // Two events, one chat, and the other five lines: rules, roster and takeover came before the events.
    expect(await stores.prune(T + 1, 100)).toBe(8)
    expect(await stores.prune(T + 1, 100)).toBe(0)
    expect(await take(1)).toMatchObject({ chatId: 1 })
  })
}
