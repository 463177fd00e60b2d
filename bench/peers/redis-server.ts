import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { findFreePort } from '../../test/support/free-port.ts'
import { SERVICE_CORE } from '../cores.ts'
import { readCpuMs } from '../process-figures.ts'

const POLL_MS = 20
const SLOWEST_START_MS = 10_000

export interface RedisServer extends AsyncDisposable {
  readonly url: string
  cpuMs(): number
}

export function isRedisInstalled(): boolean {
  return spawnSync('redis-server', ['--version']).status === 0
}

/** A Redis that writes each change to the disk before it answers, on the core of the measured program. */
export async function startRedis(directory: string): Promise<RedisServer> {
  const port = await findFreePort()
  const settings = ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', directory, '--save', '']
  const durable = ['--appendonly', 'yes', '--appendfsync', 'always']
  const command = ['--cpu-list', SERVICE_CORE, 'redis-server', ...settings, ...durable]
  const child = spawn('taskset', command, { stdio: 'ignore' })
  const end = () => void child.kill('SIGTERM')
  process.once('exit', end)
  const ended = once(child, 'exit')
  const until = performance.now() + SLOWEST_START_MS
  while (!(await accepts(port))) {
    if (performance.now() > until) throw new Error(`redis-server did not listen in ${SLOWEST_START_MS} ms`)
    await delay(POLL_MS)
  }
  return {
    url: `redis://127.0.0.1:${port}`,
    cpuMs: () => readCpuMs(child.pid as number),
    async [Symbol.asyncDispose]() {
      process.off('exit', end)
      end()
      await ended
    },
  }
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  const isOpen = await once(socket, 'connect').then(
    () => true,
    () => false,
  )
  socket.destroy()
  return isOpen
}
