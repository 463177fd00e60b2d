import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { LogLine } from './view.ts'

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url))
const COMPILE_CACHE = fileURLToPath(new URL('../node_modules/.cache/compile', import.meta.url))
/** On a machine that is busy with other things, too. */
const SLOWEST_START_MS = 40_000

/** The real service in a process of its own, as `npm start` runs it. */
export interface ServiceProcess {
  readonly url: string
  readonly pid: number | undefined
  kill(signal: NodeJS.Signals): void
  /** Resolves with the exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>
}

/**
 * Starts the service, and resolves once it listens.
 * @throws Error with what it wrote to standard error, if it ends before that
 */
export async function startService(
  environment: Record<string, string>,
  onLine: (line: LogLine & { address?: string }) => void,
): Promise<ServiceProcess> {
  const child = spawn(process.execPath, ['--max-semi-space-size=4', '--no-concurrent-marking', MAIN], {
    env: {
      PATH: process.env.PATH ?? '',
      NODE_COMPILE_CACHE: COMPILE_CACHE,
      HOST: '127.0.0.1',
      PORT: '0',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = new Promise<number | string>((resolve) => {
    child.once('close', (code, signal) => resolve(code ?? signal ?? 'unknown'))
  })
  let complaint = ''
  child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()))
  const url = await new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL')
      reject(new Error('the service did not listen in time'))
    }, SLOWEST_START_MS)
    createInterface({ input: child.stdout }).on('line', (text) => {
      const line = JSON.parse(text) as LogLine & { address?: string }
      if (line.msg === 'listening' && line.address !== undefined) {
        clearTimeout(timer)
        resolve(line.address)
      }
      onLine(line)
    })
    void ended.then((code) => {
      clearTimeout(timer)
      reject(new Error(`the service ended with ${code} before it listened: ${complaint.trim()}`))
    })
  })
  return { url, pid: child.pid, ended, kill: (signal) => void child.kill(signal) }
}
