import type { Logger } from 'pino'
import type { Clock } from '../../domain.ts'
import type { Stores } from '../contract.ts'

/** An agent that was resumed gets the chats that wait within a second; so does a chat whose notification was lost. */
const INTERVAL_MS = 500

/** Other instances and command line tools leave in the inbox what is not always told: it is looked for. */
export function pollInbox(parts: { stores: Stores; clock: Clock; logger: Logger }): () => void {
  const { stores, clock, logger } = parts
  let isClosing = false
  let cancelTimer = clock.after(0, () => void look())

  async function look(): Promise<void> {
    // A database that does not answer is told of by the callers who need it.
    await stores.noticeOthers().catch((error: unknown) => logger.debug({ err: error }, 'inbox not looked at'))
    if (!isClosing) cancelTimer = clock.after(INTERVAL_MS, () => void look())
  }

  return () => {
    isClosing = true
    cancelTimer()
  }
}
