import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { SERVICE_CORE } from './cores.ts'

const COMPILE_CACHE = fileURLToPath(new URL('../node_modules/.cache/compile', import.meta.url))
const POLL_MS = 5
const SLOWEST_ANSWER_MS = 60_000

export interface ServerProcess extends AsyncDisposable {
  readonly url: string
  readonly pid: number
  /** From its start until it answered `GET /readyz`. */
  readonly readyMs: number
}

/**
 * Starts a server in a process of its own on the core of the measured program, and waits until it is ready. Its
 * standard output goes to the null device: the server has its usual work with it, and the measurement has none.
 */
export async function startServer(
  script: URL,
  parts: {
    nodeOptions?: readonly string[]
    environment?: Readonly<Record<string, string>>
    cores?: string
  } = {},
): Promise<ServerProcess> {
  const port = await findFreePort()
  const startedAt = performance.now()
  const command = [process.execPath, ...(parts.nodeOptions ?? []), fileURLToPath(script)]
  // taskset becomes the program, so the process is the server itself.
  const child = spawn('taskset', ['--cpu-list', parts.cores ?? SERVICE_CORE, ...command], {
    env: {
      PATH: process.env.PATH ?? '',
      NODE_COMPILE_CACHE: COMPILE_CACHE,
      HOST: '127.0.0.1',
      PORT: String(port),
      ...parts.environment,
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const end = () => void child.kill('SIGTERM')
  const ended = once(child, 'exit')
  process.once('exit', end)
  const url = `http://127.0.0.1:${port}`
  await Promise.race([
    waitForOk(`${url}/readyz`),
    ended.then(([code]) => {
      throw new Error(`${script.pathname} ended with ${code} before it was ready`)
    }),
  ])
  return {
    url,
    pid: child.pid as number,
    readyMs: performance.now() - startedAt,
    async [Symbol.asyncDispose]() {
      process.off('exit', end)
      end()
      await ended
    },
  }
}

/** Repeats the request until the answer is 200. */
async function waitForOk(url: string): Promise<void> {
  const until = performance.now() + SLOWEST_ANSWER_MS
  while (performance.now() < until) {
    const response = await fetch(url).catch(() => null)
    await response?.body?.cancel()
    if (response?.ok === true) return
    await delay(POLL_MS)
  }
  throw new Error(`${url} did not answer 200 in ${SLOWEST_ANSWER_MS} ms`)
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
