import { describe, expect } from 'vitest'
import type { ChatEvent } from '../../../src/domain.ts'
import type { Step } from '../../../src/core/contract.ts'
import { facts, agentId, agentMessage, chatId, customerMessage, snapshotEvent } from '../../support/events.ts'
import { T, type StoreTest, type StoreWorld } from './store-test.ts'

/** Where it is not certain which agent has a chat. */
export function doubtsContract(test: StoreTest): void {
  describe('an agent wrote in an unassigned chat, and HelpCrunch has not told of an assignment yet', () => {
    test.beforeEach(({ world: { receive } }) => receive(snapshotEvent('chat.new', 1, T)))
    const unassigned = { status: 'opened', assigneeId: null, departmentId: null }

    test('after the chat was fetched: it is fetched once more', async ({ world: { receive, take, settle } }) => {
      await receive(agentMessage(1, 2, T + 1000))
      const asked = (await take(1)) as Step
      await receive(agentMessage(1, 2, T + 2000))
      await settle(asked, { to: 'known', snapshot: unassigned, answeredAt: T + 1500 })
      const again = (await take(1)) as Step
      expect(again.kind).toBe('fetch')
      await settle(again, { to: 'known', snapshot: unassigned, answeredAt: T + 2000 })
      expect(await take(1)).toMatchObject({ kind: 'put' })
    })

    test.for([
      ['a search', ({ store }, at) => store.reconcile([{ ...ofChat(1), snapshot: unassigned }], at, 0)],
      ['a webhook', ({ receive }, at) => receive(snapshotEvent('chat.status_updated', 1, at, unassigned))],
    ] satisfies [string, (world: StoreWorld, at: number) => Promise<unknown>][])(
      '%s of the same moment does not end the doubt, and one of a later moment does',
      async ([, tell], { world }) => {
        const { receive, take } = world
        await receive(agentMessage(1, 2, T + 5000))
        await tell(world, T + 5000)
        expect(await take(1)).toMatchObject({ kind: 'fetch' })
        await receive(agentMessage(1, 2, T + 6000))
        await tell(world, T + 9000)
        expect(await take(1)).toMatchObject({ kind: 'put' })
      },
    )

    const ofChat = (id: number) => ({ id: chatId(id), facts: facts(), lastCustomerMessageAt: T })
  })

  test('a search of the same second raises a doubt: the chat is fetched before it is assigned', async ({
    world: { store, receive, take },
  }) => {
    await receive(snapshotEvent('chat.new', 1, T))
    const snapshot = { status: 'new', assigneeId: agentId(2), departmentId: null }
    await store.reconcile([{ id: chatId(1), snapshot, facts: facts(), lastCustomerMessageAt: T }], T - 500, 0)
    expect(await take(1)).toMatchObject({ kind: 'fetch' })
  })

  test('an assignment with an older date than the chat’s state raises a doubt: the chat is fetched first', async ({
    world: { receive, take },
  }) => {
    await receive(snapshotEvent('chat.new', 1, T))
    await receive(customerMessage(1, T + 1000))
    await receive(snapshotEvent('chat.assigned', 1, T - 2000, { assigneeId: agentId(2) }))
    expect(await take(1)).toMatchObject({ kind: 'fetch' })
  })

  test('a late chat.new does not remove the agent that a search has shown', async ({ world: { store, receive } }) => {
    for (const [id, takenAt] of [
      [1, T - 900],
      [2, T - 1],
      [3, T],
      [4, T + 5000],
    ] as const) {
      const snapshot = { status: 'new', assigneeId: agentId(2), departmentId: null }
      await store.reconcile([{ id: chatId(id), snapshot, facts: facts(), lastCustomerMessageAt: T }], takenAt, 0)
      await receive(snapshotEvent('chat.new', id, T))
    }
    expect(await store.countOpen()).toEqual({ waiting: 0, decided: 0 })
  })

  describe('a new chat that gets an agent within seconds, and not by us', () => {
    async function arrivals({ store, receive }: StoreWorld, ...events: ChatEvent[]) {
      const told: object[] = []
      store.onChange((change) => told.push(...change.observations))
      for (const event of events) await receive(event)
      return told
    }
    const opened = snapshotEvent('chat.new', 1, T)
    const taken = snapshotEvent('chat.assigned', 1, T + 1000, { assigneeId: agentId(2) })

    test('is reported', async ({ world }) => {
      expect(await arrivals(world, opened, taken)).toMatchObject([
        { isNew: true, isTaken: false },
        { isNew: false, isTaken: true },
      ])
    })

    test('is reported also where it came with its agent', async ({ world }) => {
      const event = snapshotEvent('chat.new', 1, T, { assigneeId: agentId(2) })
      expect(await arrivals(world, event)).toMatchObject([{ isNew: true, isTaken: true }])
    })

    test('is neither the echo of our own PUT nor a chat that a person took later', async ({ world }) => {
      const { clock, receive, takePut } = world
      await receive(opened)
      await takePut(1)
      expect(await arrivals(world, snapshotEvent('chat.assigned', 1, T + 1000, { assigneeId: agentId(1) }))).toEqual([])
      clock.advance(11_000)
      expect(await arrivals(world, snapshotEvent('chat.assigned', 1, T + 12_000, { assigneeId: agentId(2) }))).toEqual(
        [],
      )
    })
  })
}
