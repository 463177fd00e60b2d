import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { expect, onTestFinished, test } from 'vitest'
import type { Question } from '../../src/decision.ts'
import type { AgentId } from '../../src/domain.ts'
import { createDecider } from '../../src/dispatch/decider.ts'
import { createPolicy } from '../../src/routing/policy.ts'
import { route } from '../../src/routing/route.ts'
import { agentId, snapshotEvent } from '../support/events.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { openTestStore } from '../support/store.ts'
import { inTime } from '../support/world.ts'

const AGENTS = [1, 2, 3].map((id) => ({ id: agentId(id), name: `Agent ${id}` }))

/** Waiting chats, and an endpoint that is asked about each and answers when the test lets it. */
async function openAsking(chats: number) {
  const file = { external: { url: 'http://localhost:1/' } }
  const policy = createPolicy({ rules: 'external,load', agentCapacity: null, file })
  if (typeof policy === 'string') throw new Error(policy)
  const directory = await mkdtemp(join(tmpdir(), 'autoassign-decider-'))
  const clock = createManualClock()
  const { store, stores } = await openTestStore(`file:${join(directory, 'test.db')}`, clock)
  onTestFinished(async () => {
    await stores.close()
    await rm(directory, { recursive: true, force: true })
  })
  await store.saveRoster({ agents: AGENTS, departments: [] }, clock.now())
  for (let chat = 1; chat <= chats; chat += 1) await store.receive(snapshotEvent('chat.new', chat, clock.now()))
  const queue = store.decidingBy((situation) => route(policy, situation))
  const asked = new Map<number, (agents: AgentId[]) => void>()
  const ask = ({ chatId }: Question) => new Promise<AgentId[]>((resolve) => asked.set(chatId, resolve))
  const logger = pino({ level: 'silent' })
  const decide = createDecider({ queue, ranking: { ask }, askPlugins: async () => [], clock, logger })
  let answered = 0
  return {
    asked,
    /** The next step, whose request is answered at once. */
    async next() {
      const deciding = decide({ pools: new Set(), assignments: new Set() }, () => (answered += 1))
      // A step comes at once: it waits for no answer about another chat.
      let isDone = false
      void deciding.finally(() => (isDone = true))
      await inTime(clock, () => expect(isDone).toBe(true))
      const taken = await deciding
      if (taken === null || taken === 'store unavailable') return taken
      await taken.committed
      const { step } = taken
      if (step.kind === 'put') {
        const snapshot = { assigneeId: step.agentId }
        await queue.settle(step, { to: 'assigned', snapshot, answeredAt: clock.now() })
      }
      return step
    },
    async answer(chat: number, agents: readonly number[]) {
      const before = answered
      asked.get(chat)?.(agents.map(agentId))
      await expect.poll(() => answered).toBe(before + 1)
    },
  }
}

test('an endpoint that does not answer about one chat keeps no other waiting', async () => {
  const { next, answer, asked } = await openAsking(2)
  expect(await next()).toBeNull()
  expect([...asked.keys()]).toEqual([1, 2])
  await answer(2, [3])
  expect(await next()).toMatchObject({ kind: 'put', chatId: 2, agentId: 3 })
  expect(await next()).toBeNull()
  await answer(1, [2])
  expect(await next()).toMatchObject({ kind: 'put', chatId: 1, agentId: 2 })
})

test('at most thirty-two chats are asked about at once, and another once one was answered', async () => {
  const { next, answer, asked } = await openAsking(40)
  expect(await next()).toBeNull()
  expect(asked.size).toBe(32)
  await answer(1, [])
  expect(await next()).toMatchObject({ kind: 'put', chatId: 1, agentId: 1 })
  expect(await next()).toBeNull()
  expect(asked.size).toBe(33)
})
