import { execFileSync } from 'node:child_process'
import { chmod, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** Only root may mount the small disk that is to be filled. */
export const canMount = process.getuid?.() === 0

/** A directory with so many megabytes of room, removed after the test. */
export async function mountSmallDisk(megabytes: number): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'autoassign-disk-'))
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', directory])
  onTestFinished(() => void execFileSync('umount', ['--lazy', directory]))
  await chmod(directory, 0o755)
  return directory
}
