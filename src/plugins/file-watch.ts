import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { Clock } from '../domain.ts'
import { LOOK_EVERY_MS } from './limits.ts'

/**
 * Calls `onChange` when the content of a file has changed. Files are polled, because mounted or linked files change
 * without a notice. A change counts once two polls see the same content, so that a file that is being written is not
 * read.
 * @returns a function that stops watching
 */
export function watchFiles(files: readonly string[], clock: Clock, onChange: () => void): () => void {
  let isStopped = false
  let inForce: string | null = null
  let seen: string | null = null
  let cancelTimer = (): void => undefined

  async function look(): Promise<void> {
    const digest = await digestOf(files)
    if (isStopped) return
    inForce ??= digest
    const hasChanged = digest === seen && digest !== inForce
    seen = digest
    if (hasChanged) inForce = digest
    cancelTimer = clock.after(LOOK_EVERY_MS, () => void look())
    if (hasChanged) onChange()
  }

  void look()
  return () => {
    isStopped = true
    cancelTimer()
  }
}

/** A digest of the files; of an unreadable file its error, so that its return is a change, too. */
async function digestOf(files: readonly string[]): Promise<string> {
  const hash = createHash('sha256')
  for (const file of files)
    hash
      .update(file)
      .update(await readFile(file).catch((error: unknown) => (error as NodeJS.ErrnoException).code ?? ''))
  return hash.digest('hex')
}
