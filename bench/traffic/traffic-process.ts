import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { pinProcess, SENDER_CORE } from '../cores.ts'
import { readCpuMs } from '../process-figures.ts'
import type { TrafficJob, TrafficResult, TrafficSetup } from './contract.ts'

const SCRIPT = fileURLToPath(new URL('traffic.ts', import.meta.url))

export interface TrafficProcess extends AsyncDisposable {
  /** Of the API that stands in for HelpCrunch. */
  readonly url: string
  cpuMs(): number
  run(job: TrafficJob): Promise<TrafficResult>
}

/** Starts HelpCrunch's stand-in and its customers, in a process of their own on the sender's core. */
export async function startTraffic(setup: TrafficSetup, cores = SENDER_CORE): Promise<TrafficProcess> {
  const child = fork(SCRIPT, [JSON.stringify(setup)])
  const pid = child.pid as number
  pinProcess(pid, cores)
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
    cpuMs: () => readCpuMs(pid),
    run(job) {
      child.send(job)
      return answer<TrafficResult>()
    },
    async [Symbol.asyncDispose]() {
      if (child.connected) child.disconnect()
      await ended
    },
  }
}
