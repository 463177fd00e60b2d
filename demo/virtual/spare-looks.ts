import type { Clock } from '../../src/domain.ts'
import type { Store } from '../../src/store/contract.ts'

/** So often the database is asked all the same. */
const LONGEST_MS = 5 * 60_000

interface Nothing {
  readonly except: string
  readonly foundAt: number
  readonly until: number
}

/**
 * Spares the database the looks that can find nothing: the dispatcher looks every five seconds, 120,000 times a week, and
 * in virtual time that is most of the work. As long as nothing was written and nothing falls due, there is nothing now
 * where there was nothing before. Whatever is found is the store's own.
 */
export function spareLooks(store: Store, clock: Clock): Store {
  let nothing: Nothing | null = null
  let writing = 0

  /** While it writes, nothing is known; and what was known before is out of date. */
  function writes<Arguments extends unknown[], Result>(work: (...given: Arguments) => Promise<Result>) {
    return async (...given: Arguments): Promise<Result> => {
      writing += 1
      nothing = null
      try {
        return await work(...given)
      } finally {
        writing -= 1
      }
    }
  }

  function isKnown(now: number): boolean {
    return nothing !== null && now < nothing.until && now - nothing.foundAt < LONGEST_MS
  }

  const takeTurn = writes(store.takeTurn)
  return {
    ...store,
    receive: writes(store.receive),
    settle: writes(store.settle),
    saveRoster: writes(store.saveRoster),
    reconcile: writes(store.reconcile),
    async takeTurn(except, route) {
      const now = clock.now()
      const key = JSON.stringify(except)
      if (isKnown(now) && nothing?.except === key) return null
      const turn = await takeTurn(except, route)
      if (turn !== null) return turn
      const until = (await store.nextDueAt(now)) ?? Infinity
      if (writing === 0) nothing = { except: key, foundAt: now, until }
      return null
    },
    nextDueAt: async (now) => (isKnown(now) ? (nothing?.until ?? null) : store.nextDueAt(now)),
  }
}
