import { statSync, type BigIntStats } from 'node:fs'
import type { Clock } from '../../domain.ts'

const LOOK_EVERY_MS = 1000

/** What became of the database file under the service that has it open. */
export type FileLoss =
  | { readonly kind: 'removed' }
  | { readonly kind: 'replaced' }
  /** Whether it is still there cannot be told: the disk does not answer, or may not be read. */
  | { readonly kind: 'unreadable'; readonly code: string }

/**
 * Watches that a path leads to the file that was opened: SQLite goes on writing into one that was removed, moved or replaced, and
 * everything in there is lost (sqlite.org/howtocorrupt.html, 4.1). The file's identity is its device and inode.
 * @param onLoss called with what is wrong, and with `null` where the same file is back: moved away and back again, nothing is lost
 * @param look such as `statSync`; its errors say what is wrong
 * @returns ends that
 */
export function watchFileIdentity(
  path: string,
  clock: Clock,
  onLoss: (loss: FileLoss | null) => void,
  look: (path: string) => Pick<BigIntStats, 'dev' | 'ino'> = (each) => statSync(each, { bigint: true }),
): () => void {
  const opened = look(path)
  let reported: FileLoss | null = null
  let isStopped = false
  let cancelTimer = clock.after(LOOK_EVERY_MS, check)

  function check(): void {
    const loss = findLoss(path, opened, look)
    if (JSON.stringify(loss) !== JSON.stringify(reported)) {
      reported = loss
      onLoss(loss)
    }
    // Told of a loss, the listener may well have closed everything.
    if (!isStopped) cancelTimer = clock.after(LOOK_EVERY_MS, check)
  }

  return () => {
    isStopped = true
    cancelTimer()
  }
}

function findLoss(
  path: string,
  opened: Pick<BigIntStats, 'dev' | 'ino'>,
  look: (path: string) => Pick<BigIntStats, 'dev' | 'ino'>,
): FileLoss | null {
  try {
    const { dev, ino } = look(path)
    return dev === opened.dev && ino === opened.ino ? null : { kind: 'replaced' }
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException
    return code === 'ENOENT' || code === 'ENOTDIR' ? { kind: 'removed' } : { kind: 'unreadable', code }
  }
}

/** The sentence for the log, `/readyz` and the answer to senders. */
export function describeLoss(path: string, loss: FileLoss): string {
  switch (loss.kind) {
    case 'removed':
      return `the database ${path} was removed or moved while the service runs; nothing more is taken in: put it back, or stop the service and restore it, see docs/database.md`
    case 'replaced':
      return `the database ${path} was replaced by another file while the service runs; nothing more is taken in: put the first one back, or restart the service to work with the new one`
    case 'unreadable':
      return `the database ${path} cannot be looked at (${loss.code}); nothing more is taken in until it can`
  }
}
