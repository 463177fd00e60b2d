import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'

/** Forks the process of a plug-in whose module never returns, and prints its id. */
const PARENT = `
  import { fork } from 'node:child_process'
  const child = fork('src/plugins/child.ts', [process.argv[1]], { execArgv: [], stdio: ['ignore', 'ignore', 'ignore', 'ipc'] })
  process.stdout.write(String(child.pid))
`

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

test('a rule that never returns ends with the service, also after kill -9', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'autoassign-orphan-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  const path = join(directory, 'endless.mjs')
  await writeFile(path, 'for (;;);')
  const parent = spawn(process.execPath, ['--input-type=module', '--eval', PARENT, path], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const [printed] = (await once(parent.stdout, 'data')) as [Buffer]
  const pid = Number(printed.toString())
  onTestFinished(() => void (isAlive(pid) && process.kill(pid, 'SIGKILL')))
  // Until it is in its loop.
  await vi.waitFor(() => expect(cpuTicks(pid)).toBeGreaterThan(100), { timeout: 20_000, interval: 20 })
  expect(isAlive(pid)).toBe(true)
  parent.kill('SIGKILL')
  await vi.waitFor(() => expect(isAlive(pid)).toBe(false), { timeout: 15_000, interval: 20 })
})

/** User time in hundredths of a second (proc(5), stat). */
function cpuTicks(pid: number): number {
  const { readFileSync } = process.getBuiltinModule('node:fs')
  return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[11])
}
