import { expect, test } from 'vitest'
import type { Step } from '../../src/core/contract.ts'
import { createDecider } from '../../src/dispatch/decider.ts'
import { createDispatcher } from '../../src/dispatch/dispatcher.ts'
import type { AssignmentId, EventId, Meter } from '../../src/domain.ts'
import type { HelpCrunch } from '../../src/helpcrunch/contract.ts'
import type { Lane, Slot } from '../../src/rate-limit/contract.ts'
import type { AssignmentQueue } from '../../src/store/contract.ts'
import { SILENT } from '../support/door.ts'
import { agentId, chatId } from '../support/events.ts'
import { createManualClock } from '../support/manual-clock.ts'

const PUT: Step = {
  kind: 'put',
  assignmentId: 1 as AssignmentId,
  chatId: chatId(1),
  departmentId: null,
  eventId: 'event' as EventId,
  openedAt: 0,
  failures: 0,
  agentId: agentId(1),
  summary: 'so',
}

/** Decides one PUT, and returns what became of it. */
async function dispatch({ isWanted = true, mayLeave = true, isPaused = false }) {
  const clock = createManualClock()
  const told: string[] = []
  const steps = [PUT]
  const queue: Partial<AssignmentQueue> = {
    onWork: () => () => undefined,
    nextDueAt: async () => null,
    async next() {
      const step = steps.shift()
      if (step === undefined) return null
      if (isPaused) dispatcher.pause()
      return { step, committed: Promise.resolve(isWanted) }
    },
    async settle(_step, { to }) {
      told.push(to)
      return 'waiting'
    },
  }
  const slot: Slot = { mayLeave: () => mayLeave, send: (request) => request(() => undefined) }
  const lane: Partial<Lane> = { run: (_priority, task) => task(slot) }
  const client: Partial<HelpCrunch> = {
    async assign() {
      told.push('PUT')
      return { kind: 'ok', body: {}, answeredAt: clock.now() }
    },
  }
  const meter: Partial<Meter> = { settled: () => undefined }
  const dispatcher = createDispatcher({
    queue: queue as AssignmentQueue,
    lane: lane as Lane,
    client: client as HelpCrunch,
    decide: createDecider({
      queue: queue as AssignmentQueue,
      ranking: { ask: async () => [] },
      askPlugins: async () => [],
      clock,
      logger: SILENT,
    }),
    maxAttempts: 8,
    isDryRun: false,
    longestSleepMs: 60_000,
    clock,
    random: () => 0,
    logger: SILENT,
    meter: meter as Meter,
  })
  dispatcher.start()
  for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => void setImmediate(resolve))
  dispatcher.close()
  return told
}

test.for([
  ['leaves once it is on the disk', {}, ['PUT', 'assigned']],
  ['does not leave where an event that was acknowledged meanwhile speaks against it', { isWanted: false }, []],
  ['is held back where HelpCrunch asked to wait meanwhile', { mayLeave: false }, ['held back']],
  ['is held back where a search comes first', { isPaused: true }, ['held back']],
] as const)('a PUT %s', async ([, given, told]) => {
  expect(await dispatch(given)).toEqual(told)
})
