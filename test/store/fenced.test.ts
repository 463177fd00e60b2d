import { expect, test } from 'vitest'
import type { Step } from '../../src/core/contract.ts'
import type { Settlement } from '../../src/core/inputs.ts'
import type { AssignmentId, EventId } from '../../src/domain.ts'
import { LeaseLost, type AssignmentQueue } from '../../src/store/contract.ts'
import { fenced } from '../../src/store/fenced.ts'
import { agentId, chatId } from '../support/events.ts'

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
const GONE: Settlement = { to: 'gone' }

test('an answer for a replaced worker settles nothing, even if this instance has the account again', async () => {
  const settled: Settlement[] = []
  const queue = {
    settle: async (_step: Step, settlement: Settlement) => {
      settled.push(settlement)
      return 'gone'
    },
  } as Partial<AssignmentQueue> as AssignmentQueue
  let isReplaced = false
  const ofWorker = fenced(queue, () => !isReplaced)
  expect(await ofWorker.settle(PUT, GONE)).toBe('gone')
  isReplaced = true
  await expect(ofWorker.settle(PUT, GONE)).rejects.toThrow(LeaseLost)
  expect(settled).toEqual([GONE])
})
