import { describe, expect } from 'vitest'
import type { Step } from '../../../src/core/contract.ts'
import type { Notice } from '../../../src/store/contract.ts'
import { agentId, agentMessage, customerMessage, departmentId, snapshotEvent } from '../../support/events.ts'
import { T, type StoreTest } from './store-test.ts'

/** Webhooks as they come: what is stored, and what follows from it. */
export function arrivalsContract(test: StoreTest): void {
  describe('receive', () => {
    test('the same event is accepted once, also within one commit, and after a restart', async ({
      world: { reopen, receive },
    }) => {
      const event = snapshotEvent('chat.new', 1, T)
      const answers = await Promise.all([receive(event), receive(event), receive(event)])
      expect(answers.toSorted()).toEqual(['accepted', 'duplicate', 'duplicate'])
      const reopened = await reopen()
      expect(await receive(event)).toBe('duplicate')
      expect(await reopened.countOpen()).toEqual({ waiting: 1, decided: 0 })
    })

    test('chat.new opens an assignment, unless it came with an assignee', async ({ world: { receive, take } }) => {
      await receive(snapshotEvent('chat.new', 1, T, { assigneeId: agentId(1) }))
      expect(await take(1)).toBeNull()
      await receive(snapshotEvent('chat.new', 2, T))
      expect(await take(1)).toMatchObject({ kind: 'put', chatId: 2, agentId: 1 })
    })

    test('the chat’s department and the agents reach the decision', async ({ world: { seen, receive, take } }) => {
      await receive(snapshotEvent('chat.new', 1, T, { departmentId: departmentId(10) }))
      await take(2)
      expect(seen()?.chat).toMatchObject({ id: 1, departmentId: 10 })
      expect(seen()?.agents).toMatchObject([
        { id: 1, departmentIds: [], load: 0 },
        { id: 2, departmentIds: [10], load: 0 },
      ])
    })

    test('a customer’s message in an unknown chat has it fetched first', async ({
      world: { receive, take, settle },
    }) => {
      await receive(customerMessage(1, T))
      const turn = await take(1)
      expect(turn).toMatchObject({ kind: 'fetch', chatId: 1 })
      const snapshot = { status: 'opened', departmentId: departmentId(10), assigneeId: null }
      await settle(turn as Step, { to: 'known', snapshot, answeredAt: T })
      expect(await take(2)).toMatchObject({ kind: 'put', departmentId: 10 })
    })

    test('a fetched chat that an agent has needs no agent', async ({ world: { receive, take, settle, loads } }) => {
      await receive(customerMessage(1, T))
      const turn = (await take(1)) as Step
      const snapshot = { status: 'opened', assigneeId: agentId(2) }
      expect(await settle(turn, { to: 'known', snapshot, answeredAt: T })).toBe('superseded')
      expect(await take(1)).toBeNull()
      expect(await loads()).toEqual({ 1: 0, 2: 1 })
    })

    test('a customer’s message opens a closed chat again', async ({ world: { receive, take } }) => {
      await receive(snapshotEvent('chat.closed', 1, T, { status: 'closed' }))
      expect(await take(1)).toBeNull()
      await receive(customerMessage(1, T + 1000))
      expect(await take(1)).toMatchObject({ kind: 'put', chatId: 1 })
    })

    test('a chat that is closed and opened again while our PUT is under way is fetched before it is assigned', async ({
      world: { receive, take, takePut, settle },
    }) => {
      await receive(snapshotEvent('chat.new', 1, T - 5000))
      await takePut(1)
      // The outcome of the PUT stays unknown: the service was killed, and the webhook is late.
      await receive(snapshotEvent('chat.closed', 1, T, { status: 'closed', assigneeId: null }))
      await receive(snapshotEvent('chat.new', 1, T))
      await receive(customerMessage(1, T + 1000))
      const turn = (await take(2)) as Step
      expect(turn).toMatchObject({ kind: 'fetch', chatId: 1 })
      const snapshot = { status: 'opened', assigneeId: agentId(1) }
      expect(await settle(turn, { to: 'known', snapshot, answeredAt: T + 1000 })).toBe('superseded')
    })

    test('an agent’s message opens nothing', async ({ world: { receive, take } }) => {
      await receive(agentMessage(1, 1, T))
      expect(await take(1)).toBeNull()
    })

    test('events of many chats at once are all stored', async ({ world: { store, receive } }) => {
      const events = Array.from({ length: 700 }, (_, index) => snapshotEvent('chat.new', index + 1, T))
      expect(new Set(await Promise.all(events.map((event) => receive(event))))).toEqual(new Set(['accepted']))
      expect(await store.countOpen()).toEqual({ waiting: 700, decided: 0 })
    })
  })

  describe('the order of events', () => {
    test('an older chat.assigned that comes late does not undo a newer one', async ({ world: { receive, loads } }) => {
      await receive(snapshotEvent('chat.assigned', 1, T + 2000, { assigneeId: agentId(2) }))
      await receive(snapshotEvent('chat.assigned', 1, T + 1000, { assigneeId: agentId(1) }))
      expect(await loads()).toEqual({ 1: 0, 2: 1 })
    })

    test('a chat is closed whose chat.closed arrives before its chat.new', async ({ world: { receive, take } }) => {
      await receive(snapshotEvent('chat.closed', 1, T + 1000, { status: 'closed' }))
      await receive(snapshotEvent('chat.new', 1, T))
      expect(await take(1)).toBeNull()
    })

    test('chat.closed that is older than the customer’s last message does not close', async ({
      world: { receive, take },
    }) => {
      await receive(customerMessage(1, T + 2000))
      await receive(snapshotEvent('chat.closed', 1, T + 1000, { status: 'closed' }))
      expect(await take(1)).toMatchObject({ kind: 'put' })
    })

    test('in the same second, chat.new does not open a chat again that was closed', async ({
      world: { receive, take },
    }) => {
      await receive(snapshotEvent('chat.closed', 1, T, { status: 'closed' }))
      await receive(snapshotEvent('chat.new', 1, T))
      expect(await take(1)).toBeNull()
    })

    test('in the same second, chat.new does not undo who has the chat', async ({ world: { receive, take } }) => {
      await receive(snapshotEvent('chat.assigned', 1, T, { assigneeId: agentId(1) }))
      await receive(snapshotEvent('chat.new', 1, T))
      expect(await take(2)).toBeNull()
    })

    test('in the same second, the event that arrives later counts', async ({ world: { receive, loads } }) => {
      await receive(snapshotEvent('chat.assigned', 1, T, { assigneeId: agentId(1) }))
      await receive(snapshotEvent('chat.assigned', 1, T, { assigneeId: agentId(2) }))
      expect(await loads()).toEqual({ 1: 0, 2: 1 })
    })
  })

  test('a change says that slots were freed only where they were', async ({ world: { store, receive } }) => {
    const changes: Notice[] = []
    store.onChange((change) => changes.push(change))
    await receive(snapshotEvent('chat.assigned', 1, T, { assigneeId: agentId(1) }))
    await receive(snapshotEvent('chat.closed', 1, T + 1000, { status: 'closed', assigneeId: agentId(1) }))
    await receive(snapshotEvent('chat.new', 2, T))
    expect(changes.filter(({ hasFreed }) => hasFreed)).toHaveLength(1)
    const arrivals = changes.flatMap((change) => change.observations)
    expect(arrivals).toEqual([{ departmentId: null, isNew: true, isTaken: false }])
    expect(changes.at(-1)?.hasWork).toBe(true)
  })

  test('a chat that was acknowledged long before an instance decides has waited since its acknowledgement', async ({
    world: { store, clock, take },
  }) => {
    await store.receive(snapshotEvent('chat.new', 1, T))
    clock.advance(11 * 60_000)
    expect(await take(1)).toMatchObject({ kind: 'fetch', openedAt: T })
  })
}
