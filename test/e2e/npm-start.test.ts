import { spawn } from 'node:child_process'
import { expect, test } from 'vitest'
import { eventually, openWorld } from '../support/world.ts'

test('npm start listens, and passes the signal on', async () => {
  const world = await openWorld()
  const child = spawn('npm', ['start'], { env: { ...process.env, ...world.env }, stdio: 'ignore' })
  const ended = new Promise<number | null>((resolve) => void child.once('close', resolve))
  await eventually(async () => expect((await world.get('/readyz')).status).toBe(200))
  child.kill('SIGTERM')
  await ended
  await expect(world.get('/healthz')).rejects.toThrow('fetch failed')
})
