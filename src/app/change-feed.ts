import type { Clock } from '../domain.ts'
import type { ChangeFeed } from '../http/api/contract.ts'
import type { AssignmentQueue } from '../store/contract.ts'

/** Commits of other instances, and those that change nothing for waiting chats, are not announced here: pages look so often instead. */
const LOOK_EVERY_MS = 1000

/** Tells pages of what changed: at once after a commit that this instance announces, and else within a second. */
export function createChangeFeed(store: Pick<AssignmentQueue, 'onChange'>, clock: Clock): ChangeFeed {
  return {
    onChange(listener) {
      const stopListening = store.onChange(() => listener())
      let cancelLook = (): void => undefined
      function lookLater(): void {
        cancelLook = clock.after(LOOK_EVERY_MS, () => {
          listener()
          lookLater()
        })
      }
      lookLater()
      return () => {
        stopListening()
        cancelLook()
      }
    },
  }
}
