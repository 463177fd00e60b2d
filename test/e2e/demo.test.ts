import { spawn } from 'node:child_process'
import { expect, test } from 'vitest'
import { eventually } from '../support/world.ts'

async function runDemo(
  args: readonly string[],
  whileRunning: (pid: number, output: () => string) => Promise<void> = async () => {},
) {
  const child = spawn(process.execPath, ['demo/main.ts', ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const ended = new Promise<number | null>((resolve) => void child.once('close', resolve))
  await whileRunning(child.pid ?? 0, () => output)
  return { code: await ended, output }
}

test('the demo shows each assignment, ends by itself with the summary last, and loses nothing', async () => {
  const { code, output } = await runDemo(['--seconds', '3', '--rate', '300'])
  expect(code).toBe(0)
  expect(output).toMatch(/chat 1001 .*→ \w+ +\d+ ms {2}.* left \d of \d/)
  for (const line of output.split('\n')) expect(line.length).toBeLessThanOrEqual(80)
  const summary = output.slice(output.lastIndexOf('\nchats '))
  expect(summary).toMatch(/^\nchats +\d+ in all, \d+ open, 0 without an agent\nwebhooks .*\nrequests .*429s: 0/)
  expect(summary.trim().split('\n')).toHaveLength(10)
})

test('an impossible number is refused in one line', async () => {
  const child = spawn(process.execPath, ['demo/main.ts', '--seconds', 'soon'])
  let stderr = ''
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  expect(await new Promise((resolve) => void child.once('close', resolve))).toBe(1)
  expect(stderr).toBe('--seconds is "soon"; it should be a number above 0\n')
})

test('Ctrl-C ends the demo cleanly', async () => {
  const { code, output } = await runDemo([], async (pid, sofar) => {
    await eventually(() => expect(sofar()).toContain('chat 1001'))
    process.kill(pid, 'SIGINT')
  })
  expect(code).toBe(0)
  expect(output).toMatch(/\nchats +\d+ in all/)
})
