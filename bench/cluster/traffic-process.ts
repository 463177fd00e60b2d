import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { readCpuMs } from '../process-figures.ts'
import type { TrafficJob, TrafficResult } from './traffic.ts'

const SCRIPT = fileURLToPath(new URL('traffic.ts', import.meta.url))

export interface TrafficProcess extends AsyncDisposable {
  /** Of the API that stands in for HelpCrunch. */
  readonly url: string
  cpuMs(): number
  run(job: TrafficJob): Promise<TrafficResult>
}

/** Starts what stands in for HelpCrunch and its customers, in a process of its own. */
export async function startTraffic(accounts: number): Promise<TrafficProcess> {
  const child = fork(SCRIPT, [String(accounts)])
  const ended = once(child, 'exit')
  const answer = async <T>() => {
    const [message] = (await Promise.race([
      once(child, 'message'),
      ended.then(([code]) => {
        throw new Error(`traffic: ended with ${code}`)
      }),
    ])) as [T]
    return message
  }
  const { url } = await answer<{ url: string }>()
  return {
    url,
    cpuMs: () => readCpuMs(child.pid as number),
    run(job) {
      child.send(job)
      return answer<TrafficResult>()
    },
    async [Symbol.asyncDispose]() {
      child.disconnect()
      await ended
    },
  }
}
