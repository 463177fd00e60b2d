import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
/** Sends SIGTERM as soon as the process has a listener for it. */
const SIGNAL_AT_ONCE = `data:text/javascript,${encodeURIComponent(`
  process.on('newListener', (name) => {
    if (name === 'SIGTERM') queueMicrotask(() => process.kill(process.pid, 'SIGTERM'))
  })
`)}`
const canUnshare = process.platform === 'linux' && process.getuid?.() === 0

/** Without keys: if the settings were read before the signal is handled, it would complain and end with 1. */
async function run(command: string, args: readonly string[]): Promise<{ exit: unknown[]; complaint: string }> {
  const child = spawn(command, args, { env: { PATH: process.env.PATH ?? '' }, stdio: ['ignore', 'ignore', 'pipe'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  let complaint = ''
  child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()))
  return { exit: await once(child, 'close'), complaint }
}

test('SIGTERM is handled before anything else is loaded: exit code 0, and no output', async () => {
  expect(await run(process.execPath, ['--import', SIGNAL_AT_ONCE, MAIN])).toEqual({ exit: [0, null], complaint: '' })
})

// The kernel ignores signals to PID 1 that it does not handle; `unshare` makes one, as a container does.
test.skipIf(!canUnshare)('the same as PID 1', async () => {
  const args = ['--pid', '--fork', '--kill-child', process.execPath, '--import', SIGNAL_AT_ONCE, MAIN]
  expect(await run('unshare', args)).toEqual({ exit: [0, null], complaint: '' })
})
