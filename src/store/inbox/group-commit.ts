/** The most items in one commit: bounds how long one transaction keeps others waiting. */
const MAX_GROUP = 256

/**
 * Gathers what is asked for while a commit is under way into the next one, so that one `fsync` serves all who wait.
 * Each caller is answered only after the commit that holds their item; if that fails, all of its callers are told so.
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
      // Two turns of the event loop, so that requests that were read together are committed together, and so are those
      // that come in answer to the last commit.
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
