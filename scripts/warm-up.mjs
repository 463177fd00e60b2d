// After an installation: fills the compile cache, so that the service starts in half the time. Plain JavaScript, since an
// older Node runs it, too, where the packages for development, and with them the right Node, were left out.
import { spawnSync } from 'node:child_process'

const NEEDED = 26
const [major = ''] = process.versions.node.split('.')
if (Number(major) < NEEDED) {
  process.stderr.write(
    `Node ${process.version} cannot run this service: install Node ${NEEDED} or newer, or leave out --omit=dev\n`,
  )
} else {
  const env = { ...process.env, NODE_COMPILE_CACHE: 'node_modules/.cache/compile' }
  const { status } = spawnSync(process.execPath, ['src/main.ts', '--warm-up'], { env, stdio: 'inherit' })
  process.exitCode = status ?? 1
}
