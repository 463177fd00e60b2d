import { spawn } from 'node:child_process'
import { expect, onTestFinished, test } from 'vitest'
import { eventually, openWorld } from '../support/world.ts'

test('npm start listens, and passes the signal on', async () => {
  const world = await openWorld()
  const child = spawn('npm', ['start'], {
    env: { ...process.env, ...world.env },
    stdio: 'ignore',
    detached: true,
  })
  const group = -(child.pid ?? 0)
  onTestFinished(() => {
    // The whole group, in case a process of it is left.
    if (isAlive(group)) process.kill(group, 'SIGKILL')
  })
  const ended = new Promise<number | null>((resolve) => void child.once('close', resolve))
  await eventually(async () => expect((await world.get('/readyz')).status).toBe(200))
  child.kill('SIGTERM')
  await ended
  await expect(world.get('/healthz')).rejects.toThrow('fetch failed')
})

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
