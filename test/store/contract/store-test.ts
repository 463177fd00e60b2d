import { test } from 'vitest'
import type { ChatPolicy, Decision, Situation } from '../../../src/decision.ts'
import type { AssignmentId, ChatEvent, ChatSnapshot, CustomerEvent } from '../../../src/domain.ts'
import type { Step } from '../../../src/core/contract.ts'
import type { Settlement } from '../../../src/core/inputs.ts'
import type { Stores } from '../../../src/store/contract.ts'
import type { TestStore } from '../../support/store.ts'
import { agentId, departmentId, snapshotEvent } from '../../support/events.ts'
import type { ManualClock } from '../../support/manual-clock.ts'
import { decisionFor } from '../../support/people.ts'

/** What time it is when a test begins. */
export const T = 1_800_000_000_000

/** A store on an empty database, removed after the test. */
export interface OpenedStore {
  readonly store: TestStore
  readonly stores: Stores
  readonly clock: ManualClock
  /** As after a restart. */
  readonly reopen: () => Promise<TestStore>
}

/** A test that gets a store with two agents, the second one in department 10, and what a dispatcher does with it. */
export function createStoreTest(open: (policy?: () => ChatPolicy) => Promise<OpenedStore>, policy?: ChatPolicy) {
  return test.extend('world', async () => {
    const opened = await (policy === undefined ? open() : open(() => policy))
    opened.clock.set(T)
    await opened.store.saveRoster(
      {
        agents: [1, 2].map((id) => ({ id: agentId(id), name: `Agent ${id}` })),
        departments: [{ id: departmentId(10), name: 'Sales', agentIds: [agentId(2)] }],
      },
      T,
    )
    return createDispatch(opened)
  })
}

export type StoreTest = ReturnType<typeof createStoreTest>
export type StoreWorld = ReturnType<typeof createDispatch>

function createDispatch({ store: first, stores, clock, reopen }: OpenedStore) {
  let store = first
  let seen: Situation | null = null
  const underWay = new Set<AssignmentId>()

  /** Stores an event, and waits until it was applied. */
  async function receive(event: ChatEvent) {
    const status = await store.receive(event)
    await store.drain()
    return status
  }

  /** Decides for this agent, or for none. */
  function choose(agent: number | null) {
    return (situation: Situation): Decision => {
      // As the PUT leaves, the rules are asked once more, about its agent alone.
      if (situation.advice === undefined) seen = situation
      return decisionFor(agent === null ? null : agentId(agent), situation.chat.id)
    }
  }
  const take = (agent: number | null, pools: string[] = []) =>
    store.takeStep({ pools, assignments: [...underWay] }, choose(agent))

  let lastLook = 9000
  return {
    store,
    stores,
    clock,
    receive,
    /** Stores an event of a customer, and waits until it was applied. */
    async receiveCustomer(event: CustomerEvent) {
      const status = await store.receiveCustomer(event)
      await store.drain()
      return status
    },
    take,
    /** What was known at the last decision. */
    seen: () => seen,
    /** After a restart nothing is under way. */
    async reopen(): Promise<TestStore> {
      underWay.clear()
      store = await reopen()
      return store
    },
    /** As with the dispatcher, a step is under way until it is settled. */
    async takePut(agent: number): Promise<Extract<Step, { kind: 'put' }>> {
      const turn = await take(agent)
      if (turn?.kind !== 'put') throw new Error(`expected a put, got ${turn?.kind}`)
      underWay.add(turn.assignmentId)
      return turn
    },
    /** The next step must be a fetch; it is answered with this snapshot. */
    async fetch(snapshot: ChatSnapshot): Promise<void> {
      const turn = await take(null)
      if (turn?.kind !== 'fetch') throw new Error(`expected a fetch, got ${turn?.kind}`)
      await store.settle(turn.assignmentId, { to: 'known', snapshot, answeredAt: clock.now() })
    },
    async settle(turn: Step, settlement: Settlement) {
      underWay.delete(turn.assignmentId)
      return store.settle(turn.assignmentId, settlement)
    },
    assigned: (snapshot: ChatSnapshot, answeredAt = clock.now()): Settlement => ({
      to: 'assigned',
      snapshot,
      answeredAt,
    }),
    /** Opens a chat that gets no agent, to look at the loads. */
    async loads(): Promise<Record<number, number>> {
      lastLook += 1
      await receive(snapshotEvent('chat.new', lastLook, clock.now()))
      await take(null)
      await receive(snapshotEvent('chat.closed', lastLook, clock.now(), { status: 'closed' }))
      return Object.fromEntries((seen?.agents ?? []).map(({ id, load }) => [id, load]))
    },
  }
}
