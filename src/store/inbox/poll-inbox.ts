import type { Logger } from 'pino'
import type { Clock } from '../../domain.ts'
import type { Stores } from '../contract.ts'

/** A resumed agent gets waiting chats within a second; so does a chat whose notice was lost. */
const INTERVAL_MS = 500

/** Polls the inbox, because notices of other instances and command line tools may get lost. */
export function pollInbox(parts: { stores: Stores; clock: Clock; logger: Logger }): () => void {
  const { stores, clock, logger } = parts
  let isClosing = false
  let cancelTimer = clock.after(0, () => void look())

  async function look(): Promise<void> {
    // Callers that need the database report that it does not answer.
    await stores.noticeOthers().catch((error: unknown) => logger.debug({ err: error }, 'inbox not looked at'))
    if (!isClosing) cancelTimer = clock.after(INTERVAL_MS, () => void look())
  }

  return () => {
    isClosing = true
    cancelTimer()
  }
}
