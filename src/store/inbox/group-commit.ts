/** The most items in one commit, to bound how long a transaction blocks others. */
const MAX_GROUP = 256

/**
 * Gathers items during a commit for the next one, so that one `fsync` serves all waiting callers. Each caller gets its
 * result only after the commit with its item; if the commit fails, all of its callers get the error.
 */
export function createGroupCommit<Item, Result>(
  commit: (items: readonly Item[]) => Promise<readonly Result[]>,
): { add(item: Item): Promise<Result>; settled(): Promise<void> } {
  interface Waiting {
    readonly item: Item
    readonly resolve: (result: Result) => void
    readonly reject: (error: unknown) => void
  }
  let waiting: Waiting[] = []
  let draining: Promise<void> | null = null

  async function drain(): Promise<void> {
    while (waiting.length > 0) {
      // Waiting two turns of the event loop commits requests together that were read together, or that answer the last
      // commit.
      await nextTurn()
      await nextTurn()
      const group = waiting.slice(0, MAX_GROUP)
      waiting = waiting.slice(MAX_GROUP)
      try {
        const results = await commit(group.map(({ item }) => item))
        for (const [index, { resolve }] of group.entries()) resolve(results[index] as Result)
      } catch (error) {
        for (const { reject } of group) reject(error)
      }
    }
    draining = null
  }

  return {
    add(item) {
      return new Promise((resolve, reject) => {
        waiting.push({ item, resolve, reject })
        draining ??= drain()
      })
    },
    async settled() {
      await draining
    },
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve))
}
