import { sortSettlement } from '../../core/chat-facts.ts'
import type { Step } from '../../core/contract.ts'
import type { Settlement } from '../../core/inputs.ts'
import { findDue, findNext, nextDueAt } from '../../core/next.ts'
import { isStillEligible } from '../../core/still-eligible.ts'
import type { AssignmentQueue } from '../contract.ts'
import { createDrainQueue } from '../inbox/drain-queue.ts'
import type { Task } from './task.ts'
import type { StoreParts } from './store-parts.ts'

/** A check that took longer is made once more. */
const OLDEST_CHECK_MS = 1000

type Put = Extract<Step, { kind: 'put' }>

/** Decides assignments and records the results of their steps. */
export function createQueue(parts: StoreParts): Pick<AssignmentQueue, 'next' | 'settle' | 'nextDueAt' | 'drain'> {
  const { holder, isShared, hint, clock } = parts
  const drains = createDrainQueue(parts)

  async function applyDue(task: Task): Promise<void> {
    const chatIds = findDue(task.state, task.now(), task.inForce.policy.silentMs)
    if (chatIds.length > 0) await task.apply({ kind: 'due', chatIds })
  }

  /** Checks the decision again, against everything that was acknowledged while the step was written. */
  async function mayLeave(step: Put, isRepeated = false): Promise<boolean> {
    const askedAt = clock.monotonic()
    const hasAll = await drains.acknowledged()
    const isWanted = await holder.run(async ({ state, now, inForce }) => {
      return hasAll && isStillEligible(state, step, now(), inForce)
    })
    // The process may have been suspended since the inbox was read. Once: a slow database must not hold every PUT back.
    if (isWanted && !isRepeated && clock.monotonic() - askedAt > OLDEST_CHECK_MS) return mayLeave(step, true)
    if (!isWanted) await settle(step, { to: 'held back' })
    return isWanted
  }

  async function settle(step: Step, settlement: Settlement) {
    const { assignmentId, chatId, eventId } = step
    const agentId = 'agentId' in step ? step.agentId : null
    // HelpCrunch’s answer is newer than the events in the inbox, so these are applied first.
    if (isShared && settlement.to === 'known') await drains.acknowledged()
    const { state, committed } = await holder.run(async (task) => {
      const sorted = sortSettlement(settlement, task.inForce.policy)
      const input = { kind: 'settlement', assignmentId, chatId, eventId, agentId, settlement: sorted } as const
      const applied = await task.apply(input)
      return { state: applied.assignmentState ?? 'superseded', committed: holder.commits.all() }
    })
    await committed
    return state
  }

  return {
    async next(exclusions, adviceFor) {
      if (drains.isWanted() && !(await drains.acknowledged())) return null
      return holder.run(async (task) => {
        await applyDue(task)
        await task.set.refill(task.now())
        const found = findNext(task.state, task.now(), exclusions)
        if (found === null) return null
        const input = { kind: 'step', ...found, ...adviceFor(found.assignmentId) } as const
        await task.need(input)
        const { step } = task.applyNow(input)
        if (step === null) return null
        if (step.kind === 'put' || step.kind === 'fetch' || step.kind === 'customer')
          task.pending.addRequest(Math.floor(task.now()))
        const committed = holder.commits.all()
        return { step, committed: committed.then(() => (step.kind === 'put' ? mayLeave(step) : true)) }
      })
    },
    settle,
    async nextDueAt(now) {
      return holder.run((task) => Promise.resolve(nextDueAt(task.state, now, task.inForce.policy.silentMs)))
    },
    async drain() {
      hint.isSet = true
      const { committed } = await holder.run(async (task) => {
        await drains.within(task)
        return { committed: holder.commits.all() }
      })
      await committed
    },
  }
}
