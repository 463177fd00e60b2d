import { describe, expect } from 'vitest'
import type { ChatEvent } from '../../../src/domain.ts'
import type { Step } from '../../../src/core/contract.ts'
import { facts, agentId, agentMessage, chatId, customerMessage, snapshotEvent } from '../../support/events.ts'
import { T, type StoreTest, type StoreWorld } from './store-test.ts'

/** Where who has a chat is not sure. */
export function doubtsContract(test: StoreTest): void {
  describe('an agent wrote in a chat of nobody’s, and HelpCrunch has not said yet that it is theirs', () => {
    test.beforeEach(({ world: { receive } }) => receive(snapshotEvent('chat.new', 1, T)))
    const nobody = { status: 'opened', assigneeId: null, departmentId: null }

    test('after we asked who has the chat: it is asked once more', async ({ world: { receive, take, settle } }) => {
      await receive(agentMessage(1, 2, T + 1000))
      const asked = (await take(1)) as Step
      await receive(agentMessage(1, 2, T + 2000))
      await settle(asked, { to: 'known', snapshot: nobody, answeredAt: T + 1500 })
      const again = (await take(1)) as Step
      expect(again.kind).toBe('fetch')
      await settle(again, { to: 'known', snapshot: nobody, answeredAt: T + 2000 })
      expect(await take(1)).toMatchObject({ kind: 'put' })
    })

    test.for([
      ['a search', ({ store }, at) => store.reconcile([{ ...ofChat(1), snapshot: nobody }], at, 0)],
      ['a webhook', ({ receive }, at) => receive(snapshotEvent('chat.status_updated', 1, at, nobody))],
    ] satisfies [string, (world: StoreWorld, at: number) => Promise<unknown>][])(
      'what %s says of an earlier moment does not outweigh it, and of a later one it does',
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

  test('what a search of the same second shows raises a doubt: the chat is asked for before it is given to anybody', async ({
    world: { store, receive, take },
  }) => {
    await receive(snapshotEvent('chat.new', 1, T))
    const snapshot = { status: 'new', assigneeId: agentId(2), departmentId: null }
    await store.reconcile([{ id: chatId(1), snapshot, facts: facts(), lastCustomerMessageAt: T }], T - 500, 0)
    expect(await take(1)).toMatchObject({ kind: 'fetch' })
  })

  test('an assignment that is dated as older than what is known raises a doubt: the chat is asked for first', async ({
    world: { receive, take },
  }) => {
    await receive(snapshotEvent('chat.new', 1, T))
    await receive(customerMessage(1, T + 1000))
    await receive(snapshotEvent('chat.assigned', 1, T - 2000, { assigneeId: agentId(2) }))
    expect(await take(1)).toMatchObject({ kind: 'fetch' })
  })

  test('a late chat.new does not take off the agent whom a search has seen, or the answer to our PUT', async ({
    world: { store, receive },
  }) => {
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

  describe('a new chat that somebody has within seconds who is not our choice', () => {
    async function arrivals({ store, receive }: StoreWorld, ...events: ChatEvent[]) {
      const told: object[] = []
      store.onChange((change) => told.push(...change.observations))
      for (const event of events) await receive(event)
      return told
    }
    const opened = snapshotEvent('chat.new', 1, T)
    const taken = snapshotEvent('chat.assigned', 1, T + 1000, { assigneeId: agentId(2) })

    test('is told of', async ({ world }) => {
      expect(await arrivals(world, opened, taken)).toMatchObject([
        { isNew: true, isTaken: false },
        { isNew: false, isTaken: true },
      ])
    })

    test('also when it came with an agent', async ({ world }) => {
      const event = snapshotEvent('chat.new', 1, T, { assigneeId: agentId(2) })
      expect(await arrivals(world, event)).toMatchObject([{ isNew: true, isTaken: true }])
    })

    test('but not the echo of our own PUT, nor a person who took it later', async ({ world }) => {
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
