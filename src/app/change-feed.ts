import type { Clock } from '../domain.ts'
import type { ChangeFeed } from '../http/api/contract.ts'
import type { AssignmentQueue } from '../store/contract.ts'

/**
 * How often pages look by themselves: commits of other instances, and those that change nothing for waiting chats, are
 * not announced here. The last page is told up to 300 ms later (`feeds.ts`), and a change is to be seen within a second.
 */
const LOOK_EVERY_MS = 650

/** Notifies pages of changes: at once after a commit that this instance announces, otherwise soon. */
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
