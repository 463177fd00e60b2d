import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { pinProcess, SENDER_CORE } from './cores.ts'
import type { LoadJob, LoadResult } from './load.ts'

const SCRIPT = fileURLToPath(new URL('load.ts', import.meta.url))
/** More chats than one process opens in a run. */
const CHATS_OF_A_PROCESS = 10_000_000

export interface LoadProcess extends AsyncDisposable {
  /** @throws Error if a single webhook was not accepted */
  send(job: LoadJob): Promise<LoadResult>
}

let processes = 0

/**
 * Starts the load generator on the sender's core: one process for all that is compared, so that it is as warm for one as for the
 * other.
 */
export function startLoad(cores = SENDER_CORE): LoadProcess {
  processes += 1
  const child = fork(SCRIPT, [String(processes * CHATS_OF_A_PROCESS)])
  pinProcess(child.pid as number, cores)
  const ended = once(child, 'exit')
  return {
    async send(job) {
      child.send(job)
      const [answer] = (await Promise.race([
        once(child, 'message'),
        ended.then(([code]) => [{ error: `ended with ${code}` }]),
      ])) as [LoadResult | { error: string }]
      if ('error' in answer) throw new Error(`load: ${answer.error}`)
      return answer
    },
    async [Symbol.asyncDispose]() {
      if (child.connected) child.disconnect()
      await ended
    },
  }
}
