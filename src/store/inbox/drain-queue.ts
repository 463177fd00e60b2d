import type { StoreParts } from '../account/store-parts.ts'
import type { Task } from '../account/task.ts'

/** When the inbox is drained, and for which callers. */
export interface DrainQueue {
  /** Applies all that was acknowledged before this call, by whichever instance. @returns whether nothing was missed */
  acknowledged(): Promise<boolean>
  /** Something was left since the last drain, and what that one brought is decided already. */
  isWanted(): boolean
  /** Drains within a task of the caller. @returns whether all is applied, and nothing was missed */
  within(task: Task): Promise<boolean>
}

/** A drain that all callers share who ask before it begins. */
interface SharedDrain {
  /** How many reads of the inbox had begun when the last caller asked: a later one will do as well. */
  after: number
  readonly done: Promise<boolean>
}

/**
 * One drain at a time, and at most one that waits for it: the read of the inbox keeps all other tasks of the account waiting, for a
 * round trip where the database is far.
 */
export function createDrainQueue({ holder, drain, isShared, hint, onMissed }: StoreParts): DrainQueue {
  let readsBegun = 0
  let coming: SharedDrain | null = null
  let last = Promise.resolve()
  /** A drain has just ended: what it brought is decided before the next one, however much was left meanwhile. */
  let isFresh = false

  async function within(task: Task): Promise<boolean> {
    while (hint.isSet) {
      hint.isSet = false
      readsBegun += 1
      const { isAll, hasMissed } = await drain(task).catch((error: unknown) => {
        hint.isSet = true
        throw error
      })
      if (!isAll) hint.isSet = true
      if (!hasMissed) continue
      onMissed()
      return false
    }
    return true
  }

  function enqueue(): SharedDrain {
    const forget = (): void => {
      if (coming === shared) coming = null
    }
    const done = last.then(nextTurn).then(() =>
      holder.run((task) => {
        forget()
        // What another process left is not told of at once; what this one left is, by the hint.
        if (isShared && readsBegun === shared.after) hint.isSet = true
        return within(task)
      }),
    )
    const shared: SharedDrain = { after: readsBegun, done }
    last = done.then(noteEnd, () => undefined).finally(forget)
    return shared
  }

  function noteEnd(): void {
    isFresh = true
    void nextTurn().then(() => (isFresh = false))
  }

  return {
    acknowledged() {
      if (!isShared && !hint.isSet) return Promise.resolve(true)
      coming ??= enqueue()
      coming.after = readsBegun
      return coming.done
    },
    isWanted: () => hint.isSet && !isFresh,
    within,
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve))
}
