import { statSync, type BigIntStats } from 'node:fs'
import type { Clock } from '../../domain.ts'

const LOOK_EVERY_MS = 1000

/** What happened to the database file while the service has it open. */
export type FileLoss =
  | { readonly kind: 'removed' }
  | { readonly kind: 'replaced' }
  /** The disk does not answer, or the path may not be read: the file's state is unknown. */
  | { readonly kind: 'unreadable'; readonly code: string }

/**
 * Watches that a path still leads to the file that was opened. SQLite goes on writing to a file that was removed, moved
 * or replaced, and loses everything written there (sqlite.org/howtocorrupt.html, 4.1). Device and inode identify the
 * file.
 * @param onLoss called with what is wrong, and with `null` when the same file is back: nothing is lost then
 * @param look such as `statSync`; its errors say what is wrong
 * @returns a function that stops watching
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
    // The listener may have closed everything.
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
