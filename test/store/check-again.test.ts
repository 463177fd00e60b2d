import { expect, test } from 'vitest'
import { chatPolicyOf } from '../../src/routing/chat-policy.ts'
import { route } from '../../src/routing/route.ts'
import { createQueue } from '../../src/store/account/assignment-queue.ts'
import type { StoreParts } from '../../src/store/account/store-parts.ts'
import { openCore, TWO_AGENTS } from '../support/core.ts'
import { agentId, snapshotEvent } from '../support/events.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { NOW, policyOf } from '../support/people.ts'

/** Decides chat 1 on a state that is nothing but memory. `onRead` is called with the number of each read of the inbox. */
async function decide(onRead: (reads: number, act: { pauseAgent(): void; standStill(): void }) => void) {
  const clock = createManualClock(NOW)
  const policy = policyOf('available,load')
  const core = openCore({ policy: chatPolicyOf(policy), route: (situation) => route(policy, situation) })
  core.saveRoster({ ...TWO_AGENTS, agents: TWO_AGENTS.agents.slice(0, 1) })
  core.receive(snapshotEvent('chat.new', 1, NOW))
  let reads = 0
  const task = {
    state: core.state,
    now: () => NOW,
    inForce: core.world,
    applyNow: core.apply,
    apply: async (input: Parameters<typeof core.apply>[0]) => core.apply(input),
    need: async () => undefined,
    set: { refill: async () => undefined },
    pending: { addRequest: () => undefined },
  }
  const queue = createQueue({
    clock,
    isShared: true,
    hint: { isSet: false },
    onMissed: () => undefined,
    holder: {
      run: async (work: (given: typeof task) => unknown) => work(task),
      commits: { all: async () => undefined },
    },
    async drain() {
      reads += 1
      onRead(reads, {
        pauseAgent: () => core.act({ act: 'pause', agentId: agentId(1), until: NOW + 3_600_000 }),
        standStill: () => clock.advance(2000),
      })
      return { isAll: true, hasMissed: false }
    },
  } as unknown as StoreParts)
  const taken = await queue.next({ pools: new Set(), assignments: new Set() }, () => ({}))
  return { mayLeave: await taken?.committed, reads }
}

test('a PUT leaves after one look at the inbox', async () => {
  expect(await decide(() => undefined)).toEqual({ mayLeave: true, reads: 1 })
})

test('a process that stood still since the look looks again: a pause of meanwhile holds the PUT back', async () => {
  const decided = await decide((reads, { pauseAgent, standStill }) => (reads === 1 ? standStill() : pauseAgent()))
  expect(decided).toEqual({ mayLeave: false, reads: 2 })
})

test('a database that is slow each time holds no PUT back', async () => {
  expect(await decide((_reads, { standStill }) => standStill())).toEqual({ mayLeave: true, reads: 2 })
})
