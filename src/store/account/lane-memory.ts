import type { LaneMemory } from '../contract.ts'
import { REQUEST_WINDOW_MS } from './account-state.ts'
import { learnedOf, type Task } from './task.ts'
import type { StoreParts } from './store-parts.ts'

/** Stores what the lane has to remember across runs. */
export function createLaneMemory({ holder, reads }: StoreParts): LaneMemory {
  async function save(change: (task: Task) => void): Promise<void> {
    const committed = await holder.run((task) => {
      change(task)
      return Promise.resolve({ done: task.pending.committed })
    })
    await committed.done
  }

  return {
    recordRequest: (sentAt) => save(({ pending }) => pending.addRequest(Math.floor(sentAt))),
    recentRequests: (now) => reads.requests(now - REQUEST_WINDOW_MS),
    learnedBurst: async () => learnedOf(await reads.account()),
    saveLearnedBurst: (learned) =>
      save(({ facts, pending }) => {
        facts.learned = learned
        pending.touchAccount()
      }),
    heldUntil: async () => (await reads.account()).held_until,
    saveHeldUntil: (until) =>
      save(({ facts, pending }) => {
        facts.heldUntil = Math.ceil(until)
        pending.touchAccount()
      }),
  }
}
