import { describe, expect } from 'vitest'
import type { Step } from '../../../src/core/contract.ts'
import { agentId, agentMessage, customerMessage, snapshotEvent } from '../../support/events.ts'
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
      await settle(turn, { to: 'retry', notBefore: T, isFailure: true, mayHaveTakenEffect: true, reason: 'HTTP 500' })
      await receive(snapshotEvent('chat.assigned', 1, T + 1000, { assigneeId: agentId(2) }))
      expect(await take(1)).toBeNull()
      expect(await loads()).toEqual({ 1: 0, 2: 1 })
    })

    test('who takes the chat while our PUT is under way keeps it, if they took it later', async ({
      world: { receive, takePut, settle, assigned, loads },
    }) => {
      await receive(snapshotEvent('chat.new', 1, T))
      const turn = await takePut(1)
      await receive(snapshotEvent('chat.assigned', 1, T + 1000, { assigneeId: agentId(2) }))
      expect(await settle(turn, assigned({ assigneeId: agentId(1) }, T + 1000))).toBe('superseded')
      expect(await loads()).toEqual({ 1: 0, 2: 1 })
    })

    test('and a chat without news for ten minutes is fetched before it is assigned', async ({
      world: { clock, receive, take, takePut, settle, loads },
    }) => {
      await receive(snapshotEvent('chat.new', 1, T))
      await receive(snapshotEvent('chat.new', 2, T))
      const [waiting, decided] = [2, await takePut(1)]
      await settle(decided, {
        to: 'retry',
        notBefore: T,
        isFailure: true,
        mayHaveTakenEffect: true,
        reason: 'HTTP 500',
      })
      clock.advance(600_001)
      for (const chat of [1, waiting]) {
        const look = (await take(1)) as Step
        expect(look).toMatchObject({ kind: 'fetch', chatId: chat })
        const snapshot = chat === 1 ? { assigneeId: agentId(2) } : { assigneeId: null }
        const state = await settle(look, { to: 'known', snapshot, answeredAt: clock.now() })
        expect(state).toBe(chat === 1 ? 'superseded' : 'waiting')
      }
      expect(await takePut(1)).toMatchObject({ chatId: 2 })
      expect(await loads()).toEqual({ 1: 1, 2: 1 })
    })

    test('but a PUT of ours that was answered counts, also where HelpCrunch’s clock is ahead of ours', async ({
      world: { receive, take, takePut, settle, assigned, loads },
    }) => {
      await receive(snapshotEvent('chat.new', 1, T + 300_000))
      await settle(await takePut(1), assigned({ assigneeId: agentId(1) }, T))
      await receive(customerMessage(1, T + 301_000))
      expect(await take(1)).toBeNull()
      expect(await loads()).toEqual({ 1: 1, 2: 0 })
    })

    test('and a chat whose webhook is a quarter of an hour old is fetched before it is assigned', async ({
      world: { receive, take },
    }) => {
      await receive(snapshotEvent('chat.new', 1, T - 15 * 60_000))
      expect(await take(1)).toMatchObject({ kind: 'fetch' })
    })

    test('and a waiting chat that an agent answers is fetched before it is assigned', async ({
      world: { receive, take, settle },
    }) => {
      await receive(snapshotEvent('chat.new', 1, T))
      await receive(agentMessage(1, 1, T + 1000))
      const look = (await take(2)) as Step
      expect(look.kind).toBe('fetch')
      await settle(look, { to: 'known', snapshot: { assigneeId: null }, answeredAt: T })
      expect(await take(2)).toMatchObject({ kind: 'put' })
    })

    test('and a chat is fetched after its snooze ends', async ({ world: { clock, receive, take } }) => {
      await receive(snapshotEvent('chat.snoozed', 1, T, { snoozedUntil: T + 3_600_000 }))
      clock.advance(3_600_000)
      expect(await take(1)).toMatchObject({ kind: 'fetch', chatId: 1 })
    })

    test('and a chat that is closed while it waits needs no agent', async ({ world: { receive, take } }) => {
      await receive(snapshotEvent('chat.new', 1, T))
      await receive(snapshotEvent('chat.closed', 1, T + 1000, { status: 'closed' }))
      expect(await take(1)).toBeNull()
    })
  })

  describe('the echo of our own PUT', () => {
    test('before the answer leaves the settlement to the answer', async ({
      world: { receive, takePut, settle, assigned, loads },
    }) => {
      await receive(snapshotEvent('chat.new', 1, T))
      const turn = await takePut(1)
      await receive(snapshotEvent('chat.assigned', 1, T + 1000, { assigneeId: agentId(1) }))
      expect(await settle(turn, assigned({ assigneeId: agentId(1) }))).toBe('assigned')
      expect(await loads()).toEqual({ 1: 1, 2: 0 })
    })

    test('after the answer changes nothing', async ({ world: { receive, take, takePut, settle, assigned, loads } }) => {
      await receive(snapshotEvent('chat.new', 1, T))
      const turn = await takePut(1)
      await settle(turn, assigned({ assigneeId: agentId(1) }))
      await receive(snapshotEvent('chat.assigned', 1, T + 1000, { assigneeId: agentId(1) }))
      expect(await take(1)).toBeNull()
      expect(await loads()).toEqual({ 1: 1, 2: 0 })
    })

    test.for([
      ['newer than all that is known gives the chat its agent', 3000, undefined],
      ['of the same second has the chat fetched', 1000, 'fetch'],
    ] as const)(
      'while the chat was closed and opened again: an answer %s',
      async ([, answeredMs, kind], { world: { receive, takePut, settle, assigned, take } }) => {
        await receive(snapshotEvent('chat.new', 1, T))
        const turn = await takePut(1)
        await receive(snapshotEvent('chat.closed', 1, T + 1000, { status: 'closed' }))
        await receive(customerMessage(1, T + 2000))
        const answer = assigned({ status: 'opened', assigneeId: agentId(1) }, T + answeredMs)
        expect(await settle(turn, answer)).toBe('superseded')
        expect((await take(2))?.kind).toBe(kind)
      },
    )

    test('settles the assignment without another request where the answer was lost', async ({
      world: { store, receive, take, takePut, settle },
    }) => {
      await receive(snapshotEvent('chat.new', 1, T))
      const turn = await takePut(1)
      await settle(turn, { to: 'retry', notBefore: T, isFailure: true, mayHaveTakenEffect: true, reason: 'HTTP 500' })
      await receive(snapshotEvent('chat.assigned', 1, T + 1000, { assigneeId: agentId(1) }))
      expect(await take(2)).toMatchObject({ kind: 'confirmed', agentId: 1 })
      expect(await store.countOpen()).toEqual({ waiting: 0, decided: 0 })
    })
  })
}
