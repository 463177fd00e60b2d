import { describe, expect } from 'vitest'
import type { Turn } from '../../../src/store/contract.ts'
import { chatId, facts, agentId, agentMessage, customerMessage, snapshotEvent } from '../../support/events.ts'
import { T, type StoreTest } from './store-test.ts'

/** What a person decided is never overwritten. */
export function peopleContract(test: StoreTest): void {
  describe('a person always wins', () => {
    test('who takes a waiting chat supersedes the assignment', async ({ world: { store, receive, take } }) => {
      await receive(snapshotEvent('chat.new', 1, T))
      await receive(snapshotEvent('chat.assigned', 1, T + 1000, { assigneeId: agentId(2) }))
      expect(await take(1)).toBeNull()
      expect(await store.countOpen()).toEqual({ waiting: 0, decided: 0 })
    })

    test('who takes a decided chat stops its retry, and the reserved slot is free', async ({
      world: { receive, take, takePut, settle, loads },
    }) => {
      await receive(snapshotEvent('chat.new', 1, T))
      const turn = await takePut(1)
      await settle(turn, { to: 'retry', notBefore: T, isFailure: true, reason: 'HTTP 500' })
      await receive(snapshotEvent('chat.assigned', 1, T + 1000, { assigneeId: agentId(2) }))
      expect(await take(1)).toBeNull()
      expect(await loads()).toEqual({ 1: 0, 2: 1 })
    })

    test('who takes the chat while our PUT is under way keeps it, if theirs is the later one', async ({
      world: { receive, takePut, settle, assigned, loads },
    }) => {
      await receive(snapshotEvent('chat.new', 1, T))
      const turn = await takePut(1)
      await receive(snapshotEvent('chat.assigned', 1, T + 1000, { assigneeId: agentId(2) }))
      expect(await settle(turn, assigned({ assigneeId: agentId(1) }, T + 1000))).toBe('superseded')
      expect(await loads()).toEqual({ 1: 0, 2: 1 })
    })

    test('a chat of which nothing was heard for long is looked at before it is given to anybody', async ({
      world: { clock, receive, take, takePut, settle, loads },
    }) => {
      await receive(snapshotEvent('chat.new', 1, T))
      await receive(snapshotEvent('chat.new', 2, T))
      const [waiting, decided] = [2, await takePut(1)]
      await settle(decided, { to: 'retry', notBefore: T, isFailure: true, reason: 'HTTP 500' })
      clock.advance(600_001)
      for (const chat of [1, waiting]) {
        const look = (await take(1)) as Turn
        expect(look).toMatchObject({ kind: 'fetch', chatId: chat })
        const snapshot = chat === 1 ? { assigneeId: agentId(2) } : { assigneeId: null }
        const state = await settle(look, { to: 'known', snapshot, answeredAt: clock.now() })
        expect(state).toBe(chat === 1 ? 'superseded' : 'waiting')
      }
      expect(await takePut(1)).toMatchObject({ chatId: 2 })
      expect(await loads()).toEqual({ 1: 1, 2: 1 })
    })

    test('our PUT that was answered counts, also where HelpCrunch’s clock is ahead of ours', async ({
      world: { receive, take, takePut, settle, assigned, loads },
    }) => {
      await receive(snapshotEvent('chat.new', 1, T + 300_000))
      await settle(await takePut(1), assigned({ assigneeId: agentId(1) }, T))
      await receive(customerMessage(1, T + 301_000))
      expect(await take(1)).toBeNull()
      expect(await loads()).toEqual({ 1: 1, 2: 0 })
    })

    test('a chat that a person took the agent off waits for the customer to write again', async ({
      world: { receive, take },
    }) => {
      await receive(snapshotEvent('chat.assigned', 1, T, { assigneeId: agentId(1) }))
      await receive(snapshotEvent('chat.assigned', 1, T + 1000))
      await receive(snapshotEvent('chat.status_updated', 1, T + 2000))
      expect(await take(1)).toBeNull()
      await receive(customerMessage(1, T + 3000))
      expect(await take(1)).toMatchObject({ kind: 'put' })
    })

    test('a removal that overtakes the assignment it removes is heeded', async ({ world: { receive, take } }) => {
      await receive(snapshotEvent('chat.new', 1, T))
      await receive(snapshotEvent('chat.assigned', 1, T + 20_000))
      await receive(snapshotEvent('chat.assigned', 1, T + 10_000, { assigneeId: agentId(1) }))
      expect(await take(2)).toBeNull()
    })

    test('a removal that overtakes the echo of our PUT, whose answer was lost, is heeded', async ({
      world: { receive, take, takePut, settle },
    }) => {
      await receive(snapshotEvent('chat.new', 1, T))
      await settle(await takePut(1), { to: 'retry', notBefore: T, isFailure: true, reason: 'ETIMEDOUT' })
      await receive(snapshotEvent('chat.assigned', 1, T + 20_000))
      expect(await take(1)).toBeNull()
    })

    test('so is one of whom our PUT, of which nothing more was heard, had put there', async ({
      world: { receive, takePut, take, reopen },
    }) => {
      await receive(snapshotEvent('chat.new', 1, T))
      await takePut(1)
      await reopen()
      await receive(snapshotEvent('chat.assigned', 1, T + 2000))
      expect(await take(1)).toBeNull()
    })

    test('where nobody has it in the second of chat.new, that was before our PUT', async ({
      world: { receive, takePut, settle, take },
    }) => {
      await receive(snapshotEvent('chat.new', 1, T))
      const turn = await takePut(1)
      await receive(snapshotEvent('chat.assigned', 1, T))
      await settle(turn, { to: 'retry', notBefore: T, isFailure: true, reason: 'HTTP 500' })
      expect(await take(1)).toMatchObject({ kind: 'put' })
    })

    test('a removal that a search overtook is heeded; that nobody had the chat as it began is none', async ({
      world: { store, clock, receive, take },
    }) => {
      const nobody = { status: 'opened', assigneeId: null, departmentId: null }
      for (const id of [1, 2]) await receive(snapshotEvent('chat.new', id, T))
      clock.advance(31_000)
      const found = [1, 2].map((id) => ({ id: chatId(id), snapshot: nobody, facts: facts(), lastCustomerMessageAt: T }))
      await store.reconcile(found, T + 30_000, 0)
      await receive(snapshotEvent('chat.assigned', 1, T + 10_000))
      await receive(snapshotEvent('chat.assigned', 2, T + 1000))
      expect(await take(1)).toMatchObject({ kind: 'put', chatId: 2 })
      expect(await store.countOpen()).toEqual({ waiting: 0, decided: 1 })
    })

    test('a customer’s message that overtook the removal asks for somebody all the same', async ({
      world: { receive, take },
    }) => {
      await receive(snapshotEvent('chat.assigned', 1, T, { assigneeId: agentId(1) }))
      await receive(customerMessage(1, T + 20_000))
      await receive(snapshotEvent('chat.assigned', 1, T + 15_000))
      expect(await take(2)).toMatchObject({ kind: 'put' })
    })

    test('nor is it silenced by an assignment and its removal from before it, where a search was first', async ({
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
      // The assignment raised a doubt: it is asked for first.
      expect(await take(1)).toMatchObject({ kind: expect.stringMatching(/put|fetch/) as string, chatId: 1 })
    })

    test('what is a quarter of an hour old when it comes is looked at before the chat is given to anybody', async ({
      world: { receive, take },
    }) => {
      await receive(snapshotEvent('chat.new', 1, T - 15 * 60_000))
      expect(await take(1)).toMatchObject({ kind: 'fetch' })
    })

    test('an agent who answers a waiting chat makes us look before anybody gets it', async ({
      world: { receive, take, settle },
    }) => {
      await receive(snapshotEvent('chat.new', 1, T))
      await receive(agentMessage(1, 1, T + 1000))
      const look = (await take(2)) as Turn
      expect(look.kind).toBe('fetch')
      await settle(look, { to: 'known', snapshot: { assigneeId: null }, answeredAt: T })
      expect(await take(2)).toMatchObject({ kind: 'put' })
    })

    test('the end of a snooze is no news of the chat', async ({ world: { clock, receive, take } }) => {
      await receive(snapshotEvent('chat.snoozed', 1, T, { snoozedUntil: T + 3_600_000 }))
      clock.advance(3_600_000)
      expect(await take(1)).toMatchObject({ kind: 'fetch', chatId: 1 })
    })

    test('the customer’s message asks again, also where a later event overtook it', async ({
      world: { receive, take },
    }) => {
      await receive(snapshotEvent('chat.assigned', 1, T, { assigneeId: agentId(1) }))
      await receive(snapshotEvent('chat.assigned', 1, T + 1000))
      await receive(snapshotEvent('chat.status_updated', 1, T + 201_000))
      await receive(customerMessage(1, T + 200_000))
      expect(await take(1)).toMatchObject({ kind: 'put' })
    })

    test('chat.assigned to nobody, where nobody had it, leaves the assignment alone', async ({
      world: { receive, take },
    }) => {
      await receive(snapshotEvent('chat.new', 1, T))
      await receive(snapshotEvent('chat.assigned', 1, T))
      expect(await take(1)).toMatchObject({ kind: 'put' })
    })

    test('a chat that is closed while it waits needs nobody', async ({ world: { receive, take } }) => {
      await receive(snapshotEvent('chat.new', 1, T))
      await receive(snapshotEvent('chat.closed', 1, T + 1000, { status: 'closed' }))
      expect(await take(1)).toBeNull()
    })
  })

  describe('the echo of our own PUT', () => {
    test('before its answer leaves the assignment to the answer', async ({
      world: { receive, takePut, settle, assigned, loads },
    }) => {
      await receive(snapshotEvent('chat.new', 1, T))
      const turn = await takePut(1)
      await receive(snapshotEvent('chat.assigned', 1, T + 1000, { assigneeId: agentId(1) }))
      expect(await settle(turn, assigned({ assigneeId: agentId(1) }))).toBe('assigned')
      expect(await loads()).toEqual({ 1: 1, 2: 0 })
    })

    test('after its answer changes nothing', async ({ world: { receive, take, takePut, settle, assigned, loads } }) => {
      await receive(snapshotEvent('chat.new', 1, T))
      const turn = await takePut(1)
      await settle(turn, assigned({ assigneeId: agentId(1) }))
      await receive(snapshotEvent('chat.assigned', 1, T + 1000, { assigneeId: agentId(1) }))
      expect(await take(1)).toBeNull()
      expect(await loads()).toEqual({ 1: 1, 2: 0 })
    })

    test('when the answer was lost settles without another request', async ({
      world: { store, receive, take, takePut, settle },
    }) => {
      await receive(snapshotEvent('chat.new', 1, T))
      const turn = await takePut(1)
      await settle(turn, { to: 'retry', notBefore: T, isFailure: true, reason: 'HTTP 500' })
      await receive(snapshotEvent('chat.assigned', 1, T + 1000, { assigneeId: agentId(1) }))
      expect(await take(2)).toMatchObject({ kind: 'confirmed', agentId: 1 })
      expect(await store.countOpen()).toEqual({ waiting: 0, decided: 0 })
    })
  })
}
