import { describe, expect } from 'vitest'
import type { ChatEvent, CustomerId } from '../../../src/domain.ts'
import { agentId, agentMessage, customerMessage, departmentId, facts, snapshotEvent } from '../../support/events.ts'
import { T, type StoreTest } from './store-test.ts'

/** Which chat is decided next, and what becomes of it. */
export function turnsContract(test: StoreTest): void {
  describe('turns', () => {
    test('the oldest comes first, across departments', async ({ world: { clock, receive, takePut } }) => {
      for (const [chat, department] of [
        [3, 10],
        [1, null],
        [2, 10],
      ] as const) {
        await receive(
          snapshotEvent('chat.new', chat, T, { departmentId: department === null ? null : departmentId(10) }),
        )
        clock.advance(1)
      }
      expect([(await takePut(1)).chatId, (await takePut(1)).chatId, (await takePut(1)).chatId]).toEqual([3, 1, 2])
    })

    test('after a crash the chat of a PUT is fetched, and decided again if it has no agent', async ({
      world: { reopen, receive, take, takePut, fetch },
    }) => {
      await receive(snapshotEvent('chat.new', 1, T))
      await takePut(1)
      await reopen()
      await fetch({ assigneeId: null })
      expect(await take(2)).toMatchObject({ kind: 'put', chatId: 1, agentId: 2, summary: 'so' })
    })

    test('after a crash the chat of a PUT is fetched, and nothing is sent if it has that agent', async ({
      world: { reopen, receive, take, takePut, fetch },
    }) => {
      await receive(snapshotEvent('chat.new', 1, T))
      await takePut(1)
      const store = await reopen()
      await fetch({ assigneeId: agentId(1) })
      expect(await take(2)).toMatchObject({ kind: 'confirmed', chatId: 1, agentId: 1 })
      expect(await take(2)).toBeNull()
      expect(await store.countOpen()).toEqual({ waiting: 0, decided: 0 })
    })

    test('the customer’s last agent is known, also where an older message arrives later', async ({
      world: { store, take, receive, seen },
    }) => {
      const ofCustomer = (event: ChatEvent): ChatEvent => ({ ...event, facts: facts({ customerId: 7 as CustomerId }) })
      await receive(ofCustomer(snapshotEvent('chat.assigned', 1, T - 100_000, { assigneeId: agentId(1) })))
      await receive(ofCustomer(agentMessage(1, 2, T - 10_000)))
      await receive(ofCustomer(agentMessage(1, 1, T - 90_000)))
      await store.receive(ofCustomer(snapshotEvent('chat.new', 2, T)))
      await take(null)
      expect(seen()?.lastAgent).toEqual({ agentId: 2, at: T - 10_000 })
    })

    test('what is under way is not taken again', async ({ world: { receive, take, takePut } }) => {
      await receive(snapshotEvent('chat.new', 1, T))
      await takePut(1)
      expect(await take(1)).toBeNull()
    })

    test('a pool without an eligible agent does not keep the others waiting', async ({
      world: { clock, receive, take },
    }) => {
      await receive(snapshotEvent('chat.new', 1, T, { departmentId: departmentId(10) }))
      clock.advance(1)
      await receive(snapshotEvent('chat.new', 2, T))
      const noneEligible = await take(null)
      expect(noneEligible).toMatchObject({ kind: 'none eligible', chatId: 1, pool: 'department 10' })
      expect(await take(1, ['department 10'])).toMatchObject({ kind: 'put', chatId: 2 })
    })

    test('a retry is not taken before its time, and its time is known', async ({
      world: { store, clock, receive, take, takePut, settle, fetch },
    }) => {
      await receive(snapshotEvent('chat.new', 1, T))
      const turn = await takePut(1)
      await settle(turn, {
        to: 'retry',
        notBefore: T + 5000,
        isFailure: true,
        mayHaveTakenEffect: true,
        reason: 'HTTP 500',
      })
      expect(await take(1)).toBeNull()
      expect(await store.nextDueAt(clock.now())).toBe(T + 5000)
      clock.advance(5000)
      await fetch({ assigneeId: null })
      expect(await take(2)).toMatchObject({ kind: 'put', agentId: 2, failures: 1 })
    })

    test('a chat whose PUT was refused is decided again at once, and its agent keeps their place', async ({
      world: { seen, receive, take, takePut, settle },
    }) => {
      await receive(snapshotEvent('chat.new', 1, T))
      const turn = await takePut(1)
      await settle(turn, { to: 'retry', notBefore: 0, isFailure: false, mayHaveTakenEffect: false, reason: 'HTTP 429' })
      expect(await take(2)).toMatchObject({ kind: 'put', agentId: 2, failures: 0 })
      expect(seen()?.agents).toMatchObject([
        { id: 1, load: 0, turn: 0, recentAt: [] },
        { id: 2, load: 0, turn: 0, recentAt: [] },
      ])
    })

    test('a PUT that was held back is decided again', async ({ world: { receive, take, takePut, settle } }) => {
      await receive(snapshotEvent('chat.new', 1, T))
      expect(await settle(await takePut(1), { to: 'held back' })).toBe('waiting')
      expect(await take(2)).toMatchObject({ kind: 'put', chatId: 1, agentId: 2 })
    })

    test('a retry does not wait for hours because the clock was set back', async ({
      world: { clock, receive, take, takePut, settle },
    }) => {
      await receive(snapshotEvent('chat.new', 1, T))
      const turn = await takePut(1)
      await settle(turn, {
        to: 'retry',
        notBefore: T + 5000,
        isFailure: true,
        mayHaveTakenEffect: true,
        reason: 'HTTP 500',
      })
      clock.set(T - 3_600_000)
      expect(await take(1)).toMatchObject({ kind: 'fetch', chatId: 1 })
    })

    test('a refused agent is set aside until the roster is read again', async ({
      world: { store, seen, receive, take, takePut, settle },
    }) => {
      await receive(snapshotEvent('chat.new', 1, T))
      const turn = await takePut(1)
      expect(await settle(turn, { to: 'another agent', reason: 'HTTP 400' })).toBe('waiting')
      await takePut(2)
      expect(seen()?.agents.map(({ id, isSetAside, load }) => [id, isSetAside, load])).toEqual([
        [1, true, 0],
        [2, false, 0],
      ])
      await store.saveRoster({ agents: [{ id: agentId(1), name: 'One' }], departments: [] }, T)
      await receive(snapshotEvent('chat.new', 2, T))
      await take(1)
      expect(seen()?.agents).toMatchObject([{ id: 1, isSetAside: false }])
    })

    test('a chat refused twice is refused for good', async ({ world: { receive, take, takePut, settle } }) => {
      await receive(snapshotEvent('chat.new', 1, T))
      for (const state of ['waiting', 'refused']) {
        expect(await settle(await takePut(1), { to: 'another agent', reason: 'HTTP 400' })).toBe(state)
      }
      expect(await take(1)).toBeNull()
    })

    test('a chat that is gone frees its slot, and waits again if its customer writes', async ({
      world: { receive, take, takePut, settle, loads },
    }) => {
      await receive(snapshotEvent('chat.new', 1, T))
      await settle(await takePut(1), { to: 'gone' })
      expect(await loads()).toEqual({ 1: 0, 2: 0 })
      await receive(customerMessage(1, T + 1000))
      expect(await take(1)).toMatchObject({ kind: 'put', chatId: 1 })
    })
  })

  describe('loads', () => {
    test('count open chats that are not snoozed, also those from a person, and each decision under way', async ({
      world: { receive, takePut, loads },
    }) => {
      await receive(snapshotEvent('chat.assigned', 1, T, { assigneeId: agentId(1) }))
      await receive(snapshotEvent('chat.assigned', 2, T, { assigneeId: agentId(1) }))
      await receive(snapshotEvent('chat.new', 3, T))
      await takePut(1)
      expect(await loads()).toEqual({ 1: 3, 2: 0 })
      await receive(snapshotEvent('chat.snoozed', 1, T + 1000, { assigneeId: agentId(1), snoozedUntil: T + 60_000 }))
      await receive(snapshotEvent('chat.closed', 2, T + 1000, { assigneeId: agentId(1), status: 'closed' }))
      expect(await loads()).toEqual({ 1: 1, 2: 0 })
    })

    test('a snooze that ends without a webhook counts again', async ({ world: { store, clock, receive, loads } }) => {
      await receive(snapshotEvent('chat.snoozed', 1, T, { assigneeId: agentId(1), snoozedUntil: T + 60_000 }))
      expect(await loads()).toEqual({ 1: 0, 2: 0 })
      expect(await store.nextDueAt(clock.now())).toBe(T + 60_000)
      clock.advance(60_000)
      expect(await loads()).toEqual({ 1: 1, 2: 0 })
    })

    test('a chat that was snoozed without an agent asks for one when the snooze ends', async ({
      world: { clock, receive, take },
    }) => {
      await receive(snapshotEvent('chat.snoozed', 1, T, { snoozedUntil: T + 60_000 }))
      expect(await take(1)).toBeNull()
      clock.advance(60_000)
      expect(await take(1)).toMatchObject({ kind: 'put', chatId: 1 })
    })
  })

  describe('the roster', () => {
    test('an agent who is no longer listed gets no chats; a new one starts in the middle of the rotation', async ({
      world: { store, seen, receive, take, takePut },
    }) => {
      for (const chat of [1, 2, 3, 4]) {
        await receive(snapshotEvent('chat.new', chat, T))
        await takePut(chat % 2 === 0 ? 2 : 1)
      }
      await store.saveRoster({ agents: [2, 3].map((id) => ({ id: agentId(id), name: 'x' })), departments: [] }, T)
      await receive(snapshotEvent('chat.new', 5, T))
      await take(2)
      expect(seen()?.agents.map(({ id, turn }) => [id, turn])).toEqual([
        [2, 4],
        [3, 3],
      ])
    })

    test('is still there after a restart', async ({ world: { reopen } }) => {
      const reopened = await reopen()
      expect(await reopened.rosterSeenAt()).toBe(T)
    })
  })
}
