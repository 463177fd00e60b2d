import type { Decision, Situation } from '../../src/decision.ts'
import { beforeEach, describe, expect, test } from 'vitest'
import type { AssignmentId, ChatEvent, ChatSnapshot } from '../../src/domain.ts'
import type { Change, Settlement, Store, Stores, Turn } from '../../src/store/contract.ts'
import {
  facts,
  agentId,
  agentMessage,
  chatId,
  customerMessage,
  departmentId,
  snapshotEvent,
} from '../support/events.ts'
import type { ManualClock } from '../support/manual-clock.ts'
import { decisionFor } from '../support/people.ts'

/** What every store has to do, whatever it is built on. */
export function storeContract(
  open: () => Promise<{ store: Store; stores: Stores; clock: ManualClock; reopen: () => Promise<Store> }>,
): void {
  let store: Store
  let stores: Stores
  let clock: ManualClock
  let reopen: () => Promise<Store>
  const T = 1_800_000_000_000
  let seen: Situation | null = null
  let underWay: Set<AssignmentId>

  beforeEach(async () => {
    const opened = await open()
    store = opened.store
    stores = opened.stores
    clock = opened.clock
    reopen = opened.reopen
    clock.set(T)
    seen = null
    underWay = new Set()
    await store.saveRoster(
      {
        agents: [1, 2].map((id) => ({ id: agentId(id), name: `Agent ${id}` })),
        departments: [{ id: departmentId(10), name: 'Sales', agentIds: [agentId(2)] }],
      },
      T,
    )
  })

  /** Stores an event, and waits until it was taken in. */
  async function receive(event: ChatEvent) {
    const status = await store.receive(event)
    await store.takeIn()
    return status
  }

  /** Decides for one agent, or for nobody. */
  function choose(agent: number | null) {
    return (situation: Situation): Decision => {
      seen = situation
      const chosen = agent === null ? null : agentId(agent)
      return decisionFor(chosen, situation.chat.id)
    }
  }
  const take = (agent: number | null, pools: string[] = []) =>
    store.takeTurn(clock.now(), { pools, assignments: [...underWay] }, choose(agent))
  /** As the dispatcher does, what is taken is under way until it is settled. */
  async function takePut(agent: number): Promise<Extract<Turn, { kind: 'put' }>> {
    const turn = await take(agent)
    if (turn?.kind !== 'put') throw new Error(`expected a put, got ${turn?.kind}`)
    underWay.add(turn.assignmentId)
    return turn
  }
  async function settle(turn: Turn, settlement: Settlement) {
    underWay.delete(turn.assignmentId)
    return store.settle(turn.assignmentId, settlement)
  }
  const assigned = (snapshot: ChatSnapshot, answeredAt = clock.now()): Settlement => ({
    to: 'assigned',
    snapshot,
    answeredAt,
  })
  let lastLook = 9000
  /** Opens a chat that decides for nobody, to look at the loads. */
  async function loads(): Promise<Record<number, number>> {
    lastLook += 1
    await receive(snapshotEvent('chat.new', lastLook, clock.now()))
    await take(null)
    await receive(snapshotEvent('chat.closed', lastLook, clock.now(), { status: 'closed' }))
    return Object.fromEntries((seen?.agents ?? []).map(({ id, load }) => [id, load]))
  }

  describe('receive', () => {
    test('the same event is accepted once, also within one commit, and after a restart', async () => {
      const event = snapshotEvent('chat.new', 1, T)
      const answers = await Promise.all([receive(event), receive(event), receive(event)])
      expect(answers.toSorted()).toEqual(['accepted', 'duplicate', 'duplicate'])
      store = await reopen()
      expect(await receive(event)).toBe('duplicate')
      expect(await store.countOpen()).toEqual({ waiting: 1, decided: 0 })
    })

    test('chat.new opens an assignment, unless it came with an assignee', async () => {
      await receive(snapshotEvent('chat.new', 1, T, { assigneeId: agentId(1) }))
      expect(await take(1)).toBeNull()
      await receive(snapshotEvent('chat.new', 2, T))
      expect(await take(1)).toMatchObject({ kind: 'put', chatId: 2, agentId: 1 })
    })

    test('the chat’s department and the agents reach the decision', async () => {
      await receive(snapshotEvent('chat.new', 1, T, { departmentId: departmentId(10) }))
      await take(2)
      expect(seen?.chat).toMatchObject({ id: 1, departmentId: 10 })
      expect(seen?.agents).toMatchObject([
        { id: 1, departmentIds: [], load: 0 },
        { id: 2, departmentIds: [10], load: 0 },
      ])
    })

    test('a customer’s message in an unknown chat has it fetched first', async () => {
      await receive(customerMessage(1, T))
      const turn = await take(1)
      expect(turn).toMatchObject({ kind: 'fetch', chatId: 1 })
      const snapshot = { status: 'opened', departmentId: departmentId(10), assigneeId: null }
      await settle(turn as Turn, { to: 'known', snapshot, answeredAt: T })
      expect(await take(2)).toMatchObject({ kind: 'put', departmentId: 10 })
    })

    test('a fetched chat that somebody has needs nobody', async () => {
      await receive(customerMessage(1, T))
      const turn = (await take(1)) as Turn
      const snapshot = { status: 'opened', assigneeId: agentId(2) }
      expect(await settle(turn, { to: 'known', snapshot, answeredAt: T })).toBe('superseded')
      expect(await take(1)).toBeNull()
      expect(await loads()).toEqual({ 1: 0, 2: 1 })
    })

    test('a customer’s message opens a closed chat again', async () => {
      await receive(snapshotEvent('chat.closed', 1, T, { status: 'closed' }))
      expect(await take(1)).toBeNull()
      await receive(customerMessage(1, T + 1000))
      expect(await take(1)).toMatchObject({ kind: 'put', chatId: 1 })
    })

    test('a chat that is closed while our PUT is under way, and opened again, is looked at before anybody gets it', async () => {
      await receive(snapshotEvent('chat.new', 1, T - 5000))
      await takePut(1)
      // What came of the PUT is never heard: the service was killed, and its webhook is late.
      await receive(snapshotEvent('chat.closed', 1, T, { status: 'closed', assigneeId: null }))
      await receive(snapshotEvent('chat.new', 1, T))
      await receive(customerMessage(1, T + 1000))
      const turn = (await take(2)) as Turn
      expect(turn).toMatchObject({ kind: 'fetch', chatId: 1 })
      const snapshot = { status: 'opened', assigneeId: agentId(1) }
      expect(await settle(turn, { to: 'known', snapshot, answeredAt: T + 1000 })).toBe('superseded')
    })

    test('an agent’s message opens nothing', async () => {
      await receive(agentMessage(1, 1, T))
      expect(await take(1)).toBeNull()
    })

    test('events of many chats at once are all stored', async () => {
      const events = Array.from({ length: 700 }, (_, index) => snapshotEvent('chat.new', index + 1, T))
      expect(new Set(await Promise.all(events.map((event) => receive(event))))).toEqual(new Set(['accepted']))
      expect(await store.countOpen()).toEqual({ waiting: 700, decided: 0 })
    })
  })

  describe('the order of events', () => {
    test('an older chat.assigned that comes late does not undo a newer one', async () => {
      await receive(snapshotEvent('chat.assigned', 1, T + 2000, { assigneeId: agentId(2) }))
      await receive(snapshotEvent('chat.assigned', 1, T + 1000, { assigneeId: agentId(1) }))
      expect(await loads()).toEqual({ 1: 0, 2: 1 })
    })

    test('chat.closed before chat.new: nobody is needed', async () => {
      await receive(snapshotEvent('chat.closed', 1, T + 1000, { status: 'closed' }))
      await receive(snapshotEvent('chat.new', 1, T))
      expect(await take(1)).toBeNull()
    })

    test('chat.closed that is older than the customer’s last message does not close', async () => {
      await receive(customerMessage(1, T + 2000))
      await receive(snapshotEvent('chat.closed', 1, T + 1000, { status: 'closed' }))
      expect(await take(1)).toMatchObject({ kind: 'put' })
    })

    test('in the same second, chat.new does not open a chat again that was closed', async () => {
      await receive(snapshotEvent('chat.closed', 1, T, { status: 'closed' }))
      await receive(snapshotEvent('chat.new', 1, T))
      expect(await take(1)).toBeNull()
    })

    test('in the same second, chat.new does not undo who has the chat', async () => {
      await receive(snapshotEvent('chat.assigned', 1, T, { assigneeId: agentId(1) }))
      await receive(snapshotEvent('chat.new', 1, T))
      expect(await take(2)).toBeNull()
    })

    test('in the same second, what comes later counts', async () => {
      await receive(snapshotEvent('chat.assigned', 1, T, { assigneeId: agentId(1) }))
      await receive(snapshotEvent('chat.assigned', 1, T, { assigneeId: agentId(2) }))
      expect(await loads()).toEqual({ 1: 0, 2: 1 })
    })
  })

  describe('a person always wins', () => {
    test('who takes a waiting chat supersedes the assignment', async () => {
      await receive(snapshotEvent('chat.new', 1, T))
      await receive(snapshotEvent('chat.assigned', 1, T + 1000, { assigneeId: agentId(2) }))
      expect(await take(1)).toBeNull()
      expect(await store.countOpen()).toEqual({ waiting: 0, decided: 0 })
    })

    test('who takes a decided chat stops its retry, and the reserved slot is free', async () => {
      await receive(snapshotEvent('chat.new', 1, T))
      const turn = await takePut(1)
      await settle(turn, { to: 'retry', notBefore: T, isFailure: true, reason: 'HTTP 500' })
      await receive(snapshotEvent('chat.assigned', 1, T + 1000, { assigneeId: agentId(2) }))
      expect(await take(1)).toBeNull()
      expect(await loads()).toEqual({ 1: 0, 2: 1 })
    })

    test('who takes the chat while our PUT is under way keeps it, if theirs is the later one', async () => {
      await receive(snapshotEvent('chat.new', 1, T))
      const turn = await takePut(1)
      await receive(snapshotEvent('chat.assigned', 1, T + 1000, { assigneeId: agentId(2) }))
      expect(await settle(turn, assigned({ assigneeId: agentId(1) }, T + 1000))).toBe('superseded')
      expect(await loads()).toEqual({ 1: 0, 2: 1 })
    })

    test('a chat of which nothing was heard for long is looked at before it is given to anybody', async () => {
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

    test('our PUT that was answered counts, also where HelpCrunch’s clock is ahead of ours', async () => {
      await receive(snapshotEvent('chat.new', 1, T + 300_000))
      await settle(await takePut(1), assigned({ assigneeId: agentId(1) }, T))
      await receive(customerMessage(1, T + 301_000))
      expect(await take(1)).toBeNull()
      expect(await loads()).toEqual({ 1: 1, 2: 0 })
    })

    test('a chat that a person took the agent off waits for the customer to write again', async () => {
      await receive(snapshotEvent('chat.assigned', 1, T, { assigneeId: agentId(1) }))
      await receive(snapshotEvent('chat.assigned', 1, T + 1000))
      await receive(snapshotEvent('chat.status_updated', 1, T + 2000))
      expect(await take(1)).toBeNull()
      await receive(customerMessage(1, T + 3000))
      expect(await take(1)).toMatchObject({ kind: 'put' })
    })

    test('a removal that overtakes the assignment it removes is heeded', async () => {
      await receive(snapshotEvent('chat.new', 1, T))
      await receive(snapshotEvent('chat.assigned', 1, T + 20_000))
      await receive(snapshotEvent('chat.assigned', 1, T + 10_000, { assigneeId: agentId(1) }))
      expect(await take(2)).toBeNull()
    })

    test('a removal that overtakes the echo of our PUT, whose answer was lost, is heeded', async () => {
      await receive(snapshotEvent('chat.new', 1, T))
      await settle(await takePut(1), { to: 'retry', notBefore: T, isFailure: true, reason: 'ETIMEDOUT' })
      await receive(snapshotEvent('chat.assigned', 1, T + 20_000))
      expect(await take(1)).toBeNull()
    })

    test('an agent who answers a waiting chat makes us look before anybody gets it', async () => {
      await receive(snapshotEvent('chat.new', 1, T))
      await receive(agentMessage(1, 1, T + 1000))
      const look = (await take(2)) as Turn
      expect(look.kind).toBe('fetch')
      await settle(look, { to: 'known', snapshot: { assigneeId: null }, answeredAt: T })
      expect(await take(2)).toMatchObject({ kind: 'put' })
    })

    test('the end of a snooze is no news of the chat', async () => {
      await receive(snapshotEvent('chat.snoozed', 1, T, { snoozedUntil: T + 3_600_000 }))
      clock.advance(3_600_000)
      expect(await take(1)).toMatchObject({ kind: 'fetch', chatId: 1 })
    })

    test('the customer’s message asks again, also where a later event overtook it', async () => {
      await receive(snapshotEvent('chat.assigned', 1, T, { assigneeId: agentId(1) }))
      await receive(snapshotEvent('chat.assigned', 1, T + 1000))
      await receive(snapshotEvent('chat.status_updated', 1, T + 201_000))
      await receive(customerMessage(1, T + 200_000))
      expect(await take(1)).toMatchObject({ kind: 'put' })
    })

    test('chat.assigned to nobody, where nobody had it, leaves the assignment alone', async () => {
      await receive(snapshotEvent('chat.new', 1, T))
      await receive(snapshotEvent('chat.assigned', 1, T))
      expect(await take(1)).toMatchObject({ kind: 'put' })
    })

    test('a chat that is closed while it waits needs nobody', async () => {
      await receive(snapshotEvent('chat.new', 1, T))
      await receive(snapshotEvent('chat.closed', 1, T + 1000, { status: 'closed' }))
      expect(await take(1)).toBeNull()
    })
  })

  describe('the echo of our own PUT', () => {
    test('before its answer leaves the assignment to the answer', async () => {
      await receive(snapshotEvent('chat.new', 1, T))
      const turn = await takePut(1)
      await receive(snapshotEvent('chat.assigned', 1, T + 1000, { assigneeId: agentId(1) }))
      expect(await settle(turn, assigned({ assigneeId: agentId(1) }))).toBe('assigned')
      expect(await loads()).toEqual({ 1: 1, 2: 0 })
    })

    test('after its answer changes nothing', async () => {
      await receive(snapshotEvent('chat.new', 1, T))
      const turn = await takePut(1)
      await settle(turn, assigned({ assigneeId: agentId(1) }))
      await receive(snapshotEvent('chat.assigned', 1, T + 1000, { assigneeId: agentId(1) }))
      expect(await take(1)).toBeNull()
      expect(await loads()).toEqual({ 1: 1, 2: 0 })
    })

    test('when the answer was lost settles without another request', async () => {
      await receive(snapshotEvent('chat.new', 1, T))
      const turn = await takePut(1)
      await settle(turn, { to: 'retry', notBefore: T, isFailure: true, reason: 'HTTP 500' })
      await receive(snapshotEvent('chat.assigned', 1, T + 1000, { assigneeId: agentId(1) }))
      expect(await take(2)).toMatchObject({ kind: 'confirmed', agentId: 1 })
      expect(await store.countOpen()).toEqual({ waiting: 0, decided: 0 })
    })
  })

  describe('turns', () => {
    test('the oldest comes first, across departments', async () => {
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

    test('a decision survives a crash: the same agent is sent again', async () => {
      await receive(snapshotEvent('chat.new', 1, T))
      await takePut(1)
      store = await reopen()
      underWay.clear()
      expect(await take(2)).toMatchObject({ kind: 'put', chatId: 1, agentId: 1, summary: 'so' })
    })

    test('what is under way is not taken again', async () => {
      await receive(snapshotEvent('chat.new', 1, T))
      await takePut(1)
      expect(await take(1)).toBeNull()
    })

    test('a pool without anybody eligible does not keep the others waiting', async () => {
      await receive(snapshotEvent('chat.new', 1, T, { departmentId: departmentId(10) }))
      clock.advance(1)
      await receive(snapshotEvent('chat.new', 2, T))
      const nobody = await take(null)
      expect(nobody).toMatchObject({ kind: 'nobody', chatId: 1, pool: 'department 10' })
      expect(await take(1, ['department 10'])).toMatchObject({ kind: 'put', chatId: 2 })
    })

    test('a retry is not taken before its time, and its time is known', async () => {
      await receive(snapshotEvent('chat.new', 1, T))
      const turn = await takePut(1)
      await settle(turn, { to: 'retry', notBefore: T + 5000, isFailure: true, reason: 'HTTP 500' })
      expect(await take(1)).toBeNull()
      expect(await store.nextDueAt(clock.now())).toBe(T + 5000)
      clock.advance(5000)
      expect(await take(2)).toMatchObject({ kind: 'put', agentId: 1, failures: 1 })
    })

    test('a retry does not wait for hours because the clock was set back', async () => {
      await receive(snapshotEvent('chat.new', 1, T))
      const turn = await takePut(1)
      await settle(turn, { to: 'retry', notBefore: T + 5000, isFailure: true, reason: 'HTTP 500' })
      clock.set(T - 3_600_000)
      expect(await take(1)).toMatchObject({ kind: 'put', agentId: 1 })
    })

    test('a refused agent is set aside until the roster is read again', async () => {
      await receive(snapshotEvent('chat.new', 1, T))
      const turn = await takePut(1)
      expect(await settle(turn, { to: 'another agent', reason: 'HTTP 400' })).toBe('waiting')
      await takePut(2)
      expect(seen?.agents.map(({ id, isSetAside, load }) => [id, isSetAside, load])).toEqual([
        [1, true, 0],
        [2, false, 0],
      ])
      await store.saveRoster({ agents: [{ id: agentId(1), name: 'One' }], departments: [] }, T)
      await receive(snapshotEvent('chat.new', 2, T))
      await take(1)
      expect(seen?.agents).toMatchObject([{ id: 1, isSetAside: false }])
    })

    test('a chat refused twice is refused for good', async () => {
      await receive(snapshotEvent('chat.new', 1, T))
      for (const state of ['waiting', 'refused']) {
        expect(await settle(await takePut(1), { to: 'another agent', reason: 'HTTP 400' })).toBe(state)
      }
      expect(await take(1)).toBeNull()
    })

    test('a chat that is gone frees its slot; should the customer write again, it is asked for again', async () => {
      await receive(snapshotEvent('chat.new', 1, T))
      await settle(await takePut(1), { to: 'gone' })
      expect(await loads()).toEqual({ 1: 0, 2: 0 })
      await receive(customerMessage(1, T + 1000))
      expect(await take(1)).toMatchObject({ kind: 'put', chatId: 1 })
    })
  })

  describe('loads', () => {
    test('count open chats that are not snoozed, whoever assigned them, and a slot from the decision on', async () => {
      await receive(snapshotEvent('chat.assigned', 1, T, { assigneeId: agentId(1) }))
      await receive(snapshotEvent('chat.assigned', 2, T, { assigneeId: agentId(1) }))
      await receive(snapshotEvent('chat.new', 3, T))
      await takePut(1)
      expect(await loads()).toEqual({ 1: 3, 2: 0 })
      await receive(snapshotEvent('chat.snoozed', 1, T + 1000, { assigneeId: agentId(1), snoozedUntil: T + 60_000 }))
      await receive(snapshotEvent('chat.closed', 2, T + 1000, { assigneeId: agentId(1), status: 'closed' }))
      expect(await loads()).toEqual({ 1: 1, 2: 0 })
    })

    test('a snooze that ends without a webhook counts again', async () => {
      await receive(snapshotEvent('chat.snoozed', 1, T, { assigneeId: agentId(1), snoozedUntil: T + 60_000 }))
      expect(await loads()).toEqual({ 1: 0, 2: 0 })
      expect(await store.nextDueAt(clock.now())).toBe(T + 60_000)
      clock.advance(60_000)
      expect(await loads()).toEqual({ 1: 1, 2: 0 })
    })

    test('a chat that was snoozed without an agent asks for one when the snooze ends', async () => {
      await receive(snapshotEvent('chat.snoozed', 1, T, { snoozedUntil: T + 60_000 }))
      expect(await take(1)).toBeNull()
      clock.advance(60_000)
      expect(await take(1)).toMatchObject({ kind: 'put', chatId: 1 })
    })
  })

  describe('the roster', () => {
    test('who is listed no more gets no chats; who joins takes a place in the middle of the rotation', async () => {
      for (const chat of [1, 2, 3, 4]) {
        await receive(snapshotEvent('chat.new', chat, T))
        await takePut(chat % 2 === 0 ? 2 : 1)
      }
      await store.saveRoster({ agents: [2, 3].map((id) => ({ id: agentId(id), name: 'x' })), departments: [] }, T)
      await receive(snapshotEvent('chat.new', 5, T))
      await take(2)
      expect(seen?.agents.map(({ id, turn }) => [id, turn])).toEqual([
        [2, 4],
        [3, 3],
      ])
    })

    test('is still there after a restart', async () => {
      store = await reopen()
      expect(await store.rosterSeenAt()).toBe(T)
    })
  })

  describe('a search for what webhooks did not tell', () => {
    const found = (chat: number, snapshot: ChatSnapshot, lastCustomerMessageAt: number | null = T) => ({
      id: chatId(chat),
      snapshot: { status: 'opened', departmentId: null, assigneeId: null, ...snapshot },
      facts: facts(),
      lastCustomerMessageAt,
    })

    test('opens an assignment for a chat that was never heard of', async () => {
      expect(await store.reconcile([found(1, {})], T, 0)).toEqual({ opened: 1, corrected: 0, leftAlone: 0 })
      expect(await take(1)).toMatchObject({ kind: 'put', chatId: 1 })
    })

    test('leaves alone whose customer wrote too long ago, until they write again', async () => {
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

    test('learns who has which chat, and which ones are over', async () => {
      await store.reconcile([found(1, { assigneeId: agentId(1) }), found(2, { status: 'closed' })], T, 0)
      expect(await loads()).toEqual({ 1: 1, 2: 0 })
      const [given, closed] = [
        found(1, { assigneeId: agentId(2) }),
        found(2, { assigneeId: agentId(2), status: 'closed' }),
      ]
      expect(await store.reconcile([given, closed], T + 5000, 0)).toEqual({ opened: 0, corrected: 2, leftAlone: 0 })
      expect(await loads()).toEqual({ 1: 0, 2: 1 })
    })

    test('supersedes what waits for a chat that a person took', async () => {
      await receive(snapshotEvent('chat.new', 1, T))
      await store.reconcile([found(1, { assigneeId: agentId(2) })], T + 5000, 0)
      expect(await take(1)).toBeNull()
    })

    test('does not outweigh a webhook of the same second, or a newer one', async () => {
      await receive(snapshotEvent('chat.assigned', 1, T, { assigneeId: agentId(2) }))
      for (const takenAt of [T - 5000, T]) await store.reconcile([found(1, {})], takenAt, 0)
      expect(await loads()).toEqual({ 1: 0, 2: 1 })
    })

    test('does not bring back a dead letter, nor a chat that a person took an agent off', async () => {
      await receive(snapshotEvent('chat.new', 1, T))
      await settle(await takePut(1), { to: 'dead', reason: 'HTTP 500' })
      await receive(snapshotEvent('chat.assigned', 2, T, { assigneeId: agentId(1) }))
      await store.reconcile([found(1, {}, T), found(2, {}, T)], T + 5000, 0)
      expect(await take(1)).toBeNull()
    })

    test('makes up for a customer’s message in a chat whose agent was taken off', async () => {
      await receive(snapshotEvent('chat.assigned', 1, T, { assigneeId: agentId(1) }))
      await store.reconcile([found(1, {}, T + 2000)], T + 5000, 0)
      expect(await take(1)).toMatchObject({ kind: 'put' })
    })

    test('hands out a chat that was unsnoozed without our hearing of it', async () => {
      await receive(snapshotEvent('chat.new', 1, T))
      await receive(snapshotEvent('chat.snoozed', 1, T + 1000, { snoozedUntil: T + 3_600_000 }))
      await store.reconcile([found(1, { snoozedUntil: null })], T + 5000, 0)
      expect(await take(1)).toMatchObject({ kind: 'put', chatId: 1 })
    })

    test('remembers how far it got', async () => {
      expect(await store.reconciledUntil()).toBeNull()
      await store.saveReconciledUntil(T)
      await store.saveReconciledUntil(T + 1)
      store = await reopen()
      expect(await store.reconciledUntil()).toBe(T + 1)
    })
  })

  describe('dead letters', () => {
    test('are kept with their history, and run like new when they are replayed', async () => {
      await receive(snapshotEvent('chat.new', 1, T))
      await settle(await takePut(1), { to: 'retry', notBefore: T, isFailure: true, reason: 'HTTP 500' })
      await settle(await takePut(1), { to: 'dead', reason: 'ECONNRESET' })
      store = await reopen()
      const [letter] = await store.listDeadLetters(10)
      expect(letter).toMatchObject({
        chatId: 1,
        state: 'dead',
        history: [{ agentId: 1, reason: 'HTTP 500' }, { reason: 'ECONNRESET' }],
      })
      expect(await store.replay(letter?.id as AssignmentId)).toBe('replayed')
      expect(await store.listDeadLetters(10)).toEqual([])
      expect(await take(2)).toMatchObject({ kind: 'put', chatId: 1, agentId: 2, failures: 0 })
      expect(await store.replay(letter?.id as AssignmentId)).toBe('no such dead letter')
    })

    test('are not replayed over what a person did, nor for a chat that is over', async () => {
      for (const chat of [1, 2]) await receive(snapshotEvent('chat.new', chat, T))
      for (const _ of [1, 2]) await settle(await takePut(1), { to: 'dead', reason: 'HTTP 500' })
      await receive(snapshotEvent('chat.assigned', 1, T + 1000, { assigneeId: agentId(2) }))
      await receive(snapshotEvent('chat.closed', 2, T + 1000, { status: 'closed' }))
      const answers = (await store.listDeadLetters(10)).map(async ({ id, chatId: chat }) => [
        chat,
        await store.replay(id),
      ])
      expect(await Promise.all(answers)).toEqual([
        [2, 'the chat is closed'],
        [1, 'somebody has the chat'],
      ])
    })
  })

  test('whoever waits is told of freed slots, and of nothing else', async () => {
    const changes: Change[] = []
    store.onChange((change) => changes.push(change))
    await receive(snapshotEvent('chat.assigned', 1, T, { assigneeId: agentId(1) }))
    await receive(snapshotEvent('chat.closed', 1, T + 1000, { status: 'closed', assigneeId: agentId(1) }))
    await receive(snapshotEvent('chat.new', 2, T))
    expect(changes.filter(({ hasOpened, hasFreed }) => hasOpened || hasFreed)).toEqual([
      { hasOpened: false, hasFreed: true, arrivals: [], taken: [] },
      { hasOpened: true, hasFreed: false, arrivals: [{ departmentId: null, isNew: true, isTaken: false }], taken: [] },
    ])
  })

  describe('an agent wrote in a chat of nobody’s, and HelpCrunch has not said yet that it is theirs', () => {
    beforeEach(() => receive(snapshotEvent('chat.new', 1, T)))
    const nobody = { status: 'opened', assigneeId: null, departmentId: null }

    test('after we asked who has the chat: it is asked once more', async () => {
      await receive(agentMessage(1, 2, T + 1000))
      const asked = (await take(1)) as Turn
      await receive(agentMessage(1, 2, T + 2000))
      await settle(asked, { to: 'known', snapshot: nobody, answeredAt: T + 1500 })
      const again = (await take(1)) as Turn
      expect(again.kind).toBe('fetch')
      await settle(again, { to: 'known', snapshot: nobody, answeredAt: T + 2000 })
      expect(await take(1)).toMatchObject({ kind: 'put' })
    })

    test.for([
      ['a search', (at: number) => store.reconcile([{ ...ofChat(1), snapshot: nobody }], at, 0)],
      ['a webhook', (at: number) => receive(snapshotEvent('chat.status_updated', 1, at, nobody))],
    ] as const)(
      'what %s says of an earlier moment does not outweigh it, and of a later one it does',
      async ([, tell]) => {
        await receive(agentMessage(1, 2, T + 5000))
        await tell(T + 5000)
        expect(await take(1)).toMatchObject({ kind: 'fetch' })
        await receive(agentMessage(1, 2, T + 6000))
        await tell(T + 9000)
        expect(await take(1)).toMatchObject({ kind: 'put' })
      },
    )

    const ofChat = (id: number) => ({ id: chatId(id), facts: facts(), lastCustomerMessageAt: T })
  })

  test('what was acknowledged long before somebody could decide counts from then', async () => {
    await store.receive(snapshotEvent('chat.new', 1, T))
    clock.advance(11 * 60_000)
    expect(await take(1)).toMatchObject({ kind: 'fetch', openedAt: T })
  })

  test('what a search of the same second shows raises a doubt: the chat is asked for before it is given to anybody', async () => {
    await receive(snapshotEvent('chat.new', 1, T))
    const snapshot = { status: 'new', assigneeId: agentId(2), departmentId: null }
    await store.reconcile([{ id: chatId(1), snapshot, facts: facts(), lastCustomerMessageAt: T }], T - 500, 0)
    expect(await take(1)).toMatchObject({ kind: 'fetch' })
  })

  test('an assignment that is dated as older than what is known raises a doubt: the chat is asked for first', async () => {
    await receive(snapshotEvent('chat.new', 1, T))
    await receive(customerMessage(1, T + 1000))
    await receive(snapshotEvent('chat.assigned', 1, T - 2000, { assigneeId: agentId(2) }))
    expect(await take(1)).toMatchObject({ kind: 'fetch' })
  })

  test('a late chat.new does not take off the agent whom a search has seen, or the answer to our PUT', async () => {
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
    async function arrivals(...events: ChatEvent[]) {
      const told: object[] = []
      store.onChange((change) => told.push(...(change.arrivals ?? [])))
      for (const event of events) await receive(event)
      return told
    }
    const opened = snapshotEvent('chat.new', 1, T)
    const taken = snapshotEvent('chat.assigned', 1, T + 1000, { assigneeId: agentId(2) })

    test('is told of', async () => {
      expect(await arrivals(opened, taken)).toMatchObject([
        { isNew: true, isTaken: false },
        { isNew: false, isTaken: true },
      ])
    })

    test('also when it came with an agent', async () => {
      const event = snapshotEvent('chat.new', 1, T, { assigneeId: agentId(2) })
      expect(await arrivals(event)).toMatchObject([{ isNew: true, isTaken: true }])
    })

    test('but not the echo of our own PUT, nor a person who took it later', async () => {
      await receive(opened)
      await takePut(1)
      expect(await arrivals(snapshotEvent('chat.assigned', 1, T + 1000, { assigneeId: agentId(1) }))).toEqual([])
      clock.advance(11_000)
      expect(await arrivals(snapshotEvent('chat.assigned', 1, T + 12_000, { assigneeId: agentId(2) }))).toEqual([])
    })
  })

  test('what was learned of the account’s bursts is remembered', async () => {
    expect(await store.learnedBurst()).toBeNull()
    await store.saveLearnedBurst({ burst: 30, learnedAt: T })
    await store.saveLearnedBurst({ burst: 8, learnedAt: T + 1 })
    store = await reopen()
    expect(await store.learnedBurst()).toEqual({ burst: 8, learnedAt: T + 1 })
  })

  test('requests of the last minute are remembered', async () => {
    await receive(snapshotEvent('chat.new', 1, T))
    await takePut(1)
    await store.recordRequest(T + 500)
    store = await reopen()
    expect(await store.recentRequests(T)).toEqual([T, T + 500])
  })

  test('what is old and settled is deleted, a batch at a time; what is open stays', async () => {
    await receive(snapshotEvent('chat.new', 1, T))
    for (const chat of [2, 3, 4]) await receive(snapshotEvent('chat.closed', chat, T, { status: 'closed' }))
    expect(await stores.prune(T + 1, 2)).toBe(4)
    expect(await stores.prune(T + 1, 100)).toBe(3)
    expect(await stores.prune(T + 1, 100)).toBe(0)
    expect(await take(1)).toMatchObject({ chatId: 1 })
  })
}
