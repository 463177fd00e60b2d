import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { expect, onTestFinished, test } from 'vitest'
import { createDecider } from '../../src/dispatch/decider.ts'
import { createDispatcher } from '../../src/dispatch/dispatcher.ts'
import type { HelpCrunch } from '../../src/helpcrunch/contract.ts'
import type { Step } from '../../src/core/contract.ts'
import type { AssignmentQueue } from '../../src/store/contract.ts'
import { agentId, snapshotEvent } from '../support/events.ts'
import { openTestLane } from '../support/lane.ts'
import { decisionFor } from '../support/people.ts'
import { openTestStore } from '../support/store.ts'
import { eventually } from '../support/world.ts'

const SILENT = pino({ level: 'silent' })
const RETRY_MS = 5000

test('a step that falls due while the dispatcher looks for the next one is taken at once', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'autoassign-dispatch-'))
  const { clock, lane } = openTestLane()
  const { store, stores } = await openTestStore(`file:${join(directory, 'test.db')}`, clock)
  onTestFinished(async () => {
    await stores.close()
    await rm(directory, { recursive: true })
  })
  const toAnn = (chatId: Parameters<typeof decisionFor>[1]) => decisionFor(agentId(1), chatId)
  await store.saveRoster({ agents: [{ id: agentId(1), name: 'Ann' }], departments: [] }, clock.now())
  await store.receive(snapshotEvent('chat.new', 1, clock.now()))
  const nothing = { pools: [], assignments: [] }
  const turn = (await store.takeStep(nothing, ({ chat }) => toAnn(chat.id))) as Step
  const notBefore = clock.now() + RETRY_MS
  await store.settle(turn.assignmentId, {
    to: 'retry',
    notBefore,
    isFailure: true,
    mayHaveTakenEffect: true,
    reason: 'HTTP 500',
  })
  clock.advance(RETRY_MS - 1)
  const queue = store.decidingBy(({ chat }) => toAnn(chat.id))
  const slow: AssignmentQueue = {
    ...queue,
    async next(exclusions, adviceFor) {
      const taken = await queue.next(exclusions, adviceFor)
      if (clock.now() < notBefore) clock.advance(1)
      return taken
    },
  }
  const puts: number[] = []
  const client: Pick<HelpCrunch, 'assign' | 'getChat'> = {
    getChat: async () => ({ kind: 'ok', body: { assigneeId: null }, answeredAt: clock.now() }),
    async assign(_chatId, assigneeId) {
      puts.push(clock.now())
      return { kind: 'ok', body: { assigneeId }, answeredAt: clock.now() }
    },
  }
  const dispatcher = createDispatcher({
    queue: slow,
    lane,
    client: client as HelpCrunch,
    decide: createDecider({
      queue: slow,
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
    meter: { webhook: () => undefined, request: () => undefined, settled: () => undefined },
  })
  dispatcher.start()
  await eventually(async () => {
    await clock.pass(10)
    expect(puts).toHaveLength(1)
  })
  expect((puts[0] ?? Infinity) - notBefore).toBeLessThan(1000)
  dispatcher.close()
})
