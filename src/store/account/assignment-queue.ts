import { sortSettlement } from '../../core/chat-facts.ts'
import type { Step } from '../../core/contract.ts'
import type { Settlement } from '../../core/inputs.ts'
import { findDue, findNext, nextDueAt } from '../../core/next.ts'
import type { AssignmentQueue } from '../contract.ts'
import type { Task } from './task.ts'
import type { StoreParts } from './store-parts.ts'

type Put = Extract<Step, { kind: 'put' }>

/** Decides assignments and records the results of their steps. */
export function createQueue(parts: StoreParts): Pick<AssignmentQueue, 'next' | 'settle' | 'nextDueAt' | 'drain'> {
  const { holder, drain, isShared, hint } = parts

  /**
   * Applies the inbox.
   * @returns whether everything was applied, and no webhook was missed
   */
  async function drainAll(task: Task): Promise<boolean> {
    while (hint.isSet) {
      hint.isSet = false
      const { isAll, hasMissed } = await drain(task).catch((error: unknown) => {
        hint.isSet = true
        throw error
      })
      if (!isAll) hint.isSet = true
      if (!hasMissed) continue
      parts.onMissed()
      return false
    }
    return true
  }

  async function applyDue(task: Task): Promise<void> {
    const chatIds = findDue(task.state, task.now(), task.inForce.policy.silentMs)
    if (chatIds.length > 0) await task.apply({ kind: 'due', chatIds })
  }

  /**
   * Checks the decision again, against everything that was acknowledged while the step was written.
   * @param pausedUntil the end of the agent's pause at the time of the decision
   */
  async function mayLeave(step: Put, pausedUntil: number | null): Promise<boolean> {
    const isWanted = await holder.run(async (task) => {
      // Notices of other processes arrive late; this process sets the hint for its own rows at once.
      if (isShared) hint.isSet = true
      if (!(await drainAll(task))) return false
      const record = task.state.chats.get(step.chatId)
      const { open } = record ?? {}
      if (open?.id !== step.assignmentId || open.state !== 'decided' || record?.verifiedAt === 'doubted') return false
      if (pausedUntilOf(task, step) !== pausedUntil || isOverAllowance(task, step)) return false
      return open.agentId === step.agentId && !record?.chat.misplaced.includes(step.agentId)
    })
    if (!isWanted) await settle(step, { to: 'held back' })
    return isWanted
  }

  async function settle(step: Step, settlement: Settlement) {
    const { assignmentId, chatId, eventId } = step
    const agentId = 'agentId' in step ? step.agentId : null
    const { state, committed } = await holder.run(async (task) => {
      // HelpCrunch's answer is newer than the events in the inbox, so these are applied first.
      if (isShared && settlement.to === 'known') {
        hint.isSet = true
        await drainAll(task)
      }
      const sorted = sortSettlement(settlement, task.inForce.policy)
      const input = { kind: 'settlement', assignmentId, chatId, eventId, agentId, settlement: sorted } as const
      const applied = await task.apply(input)
      return { state: applied.assignmentState ?? 'superseded', committed: holder.commits.all() }
    })
    await committed
    return state
  }

  return {
    next: (exclusions, adviceFor) =>
      holder.run(async (task) => {
        if (!(await drainAll(task))) return null
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
        if (step.kind !== 'put') return { step, committed: committed.then(() => true) }
        const pausedUntil = pausedUntilOf(task, step)
        return { step, committed: committed.then(() => mayLeave(step, pausedUntil)) }
      }),
    settle,
    async nextDueAt(now) {
      return holder.run((task) => Promise.resolve(nextDueAt(task.state, now, task.inForce.policy.silentMs)))
    },
    async drain() {
      hint.isSet = true
      const { committed } = await holder.run(async (task) => {
        await drainAll(task)
        return { committed: holder.commits.all() }
      })
      await committed
    },
  }
}

/** Whether this chat exceeds the number that an operator allows the agent. */
function isOverAllowance({ state, now }: Task, { agentId }: Put): boolean {
  const allowance = state.agents.get(agentId)?.agent.allowance ?? null
  return allowance !== null && allowance.left < 0 && allowance.until > now()
}

function pausedUntilOf({ state }: Task, { agentId }: Put): number | null {
  return state.agents.get(agentId)?.agent.pausedUntil ?? null
}
