import type { Logger } from 'pino'
import type { Clock } from '../domain.ts'
import type { Store } from './contract.ts'

/** Whoever is resumed gets the chats that wait within a second. */
const INTERVAL_MS = 500

/** Command line tools write beside the service, and nobody tells it: it looks. */
export function watchOtherWriters(parts: { store: Store; clock: Clock; logger: Logger }): () => void {
  const { store, clock, logger } = parts
  let isClosing = false
  let cancelTimer = clock.after(0, () => void look())

  async function look(): Promise<void> {
    // A database that does not answer is told of by those who need it.
    await store.noticeOthers().catch((error: unknown) => logger.debug({ err: error }, 'database not looked at'))
    if (!isClosing) cancelTimer = clock.after(INTERVAL_MS, () => void look())
  }

  return () => {
    isClosing = true
    cancelTimer()
  }
}
