import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { LoadJob, LoadResult } from './load.ts'

const SCRIPT = fileURLToPath(new URL('load.ts', import.meta.url))

export interface LoadProcess extends AsyncDisposable {
  /** @throws Error if a single webhook was not accepted */
  send(job: LoadJob): Promise<LoadResult>
}

/**
 * Starts the load generator: one process for all that is compared, so that it is as warm for one as for the other, and on
 * nobody's event loop but its own.
 */
export function startLoad(): LoadProcess {
  const child = fork(SCRIPT, { serialization: 'advanced' })
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
      child.disconnect()
      await ended
    },
  }
}
