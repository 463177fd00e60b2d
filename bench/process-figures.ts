import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { childrenOf } from './cores.ts'

/** Linux counts CPU time in hundredths of a second, on every machine. */
const TICK_MS = 10
const LOOK_MS = 200
const LONGEST_WAIT_MS = 10_000
/** The share of a core that an idle service stays below. */
const IDLE_SHARE = 0.1

/** The process's resident memory. Only Linux tells it in this way. */
export function readMemoryMb(pid: number): number {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  if (kilobytes === undefined) throw new Error(`/proc/${pid}/status does not tell the memory`)
  return Number(kilobytes) / 1024
}

/** The CPU time that all threads of a process and its children have used so far, with those that have ended. */
export function readCpuMs(pid: number): number {
  // The second field is the program's name in brackets, in which anything may stand.
  const [, fields = ''] = /^.*\) (.*)$/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? []
  const ticks = fields.split(' ').slice(11, 15).map(Number)
  return ticks.reduce((sum, each) => sum + each, 0) * TICK_MS + readChildrenCpuMs(pid)
}

function readChildrenCpuMs(pid: number): number {
  return childrenOf(pid).reduce((sum, child) => sum + readIfThere(child), 0)
}

/** A process that ends at this moment is counted with its parent the next time. */
function readIfThere(pid: number): number {
  try {
    return readCpuMs(pid)
  } catch {
    return 0
  }
}

/** Waits until the process is idle, ten seconds at most, so that its work does not count for the next measurement. */
export async function untilIdle(cpuMs: () => number): Promise<void> {
  const until = performance.now() + LONGEST_WAIT_MS
  for (let before = cpuMs(); performance.now() < until; before = cpuMs()) {
    await delay(LOOK_MS)
    if (cpuMs() - before <= LOOK_MS * IDLE_SHARE) return
  }
}
