import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** Installs the libraries of this folder's programs, unless they are there, as its lock file names them. */
export function installPeers(): void {
  if (existsSync(join(import.meta.dirname, 'node_modules'))) return
  execFileSync('npm', ['ci', '--ignore-scripts', '--no-fund', '--no-audit'], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
}
