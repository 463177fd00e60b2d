import { fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { pinProcess, SENDER_CORE } from './cores.ts'
import type { LoadJob, LoadResult } from './load.ts'

const SCRIPT = fileURLToPath(new URL('load.ts', import.meta.url))
/** More chats than one process opens in a run. */
const CHATS_OF_A_PROCESS = 10_000_000
const MAX_ATTEMPTS = 3
const BETWEEN_ATTEMPTS_MS = 2000

export interface LoadProcess extends AsyncDisposable {
  /**
   * On a busy machine the service may refuse webhooks for a moment: then all are sent again, with new chats.
   * @throws Error if a webhook was not accepted in three rounds
   */
  send(job: LoadJob, attempt?: number): Promise<LoadResult>
}

let processes = 0

/**
 * Starts the load generator on the sender's core: one process for all compared programs, so that it is equally warm for
 * each.
 */
export function startLoad(cores = SENDER_CORE): LoadProcess {
  processes += 1
  const child = fork(SCRIPT, [String(processes * CHATS_OF_A_PROCESS)])
  pinProcess(child.pid as number, cores)
  const ended = once(child, 'exit')
  return {
    async send(job, attempt = 1) {
      child.send(job)
      const [answer] = (await Promise.race([
        once(child, 'message'),
        ended.then(([code]) => [{ error: `ended with ${code}` }]),
      ])) as [LoadResult | { error: string }]
      if (!('error' in answer)) return answer
      if (attempt === MAX_ATTEMPTS) throw new Error(`load: ${answer.error}`)
      process.stderr.write(`load: ${answer.error}; this round is measured again\n`)
      await delay(BETWEEN_ATTEMPTS_MS)
      return this.send(job, attempt + 1)
    },
    async [Symbol.asyncDispose]() {
      if (child.connected) child.disconnect()
      await ended
    },
  }
}
