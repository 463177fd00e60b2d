import { readFileSync } from 'node:fs'
import { readCpuMs } from './process-figures.ts'

const TICK_MS = 10

/** Since this call: the time that has passed, and the cores that other programs than this one and its children used. */
export function watchOtherPrograms(): { seconds: () => number; cores: () => number } {
  const read = () => readBusyMs() - readCpuMs(process.pid)
  const [before, startedAt] = [read(), performance.now()]
  const passedMs = () => performance.now() - startedAt
  return { seconds: () => passedMs() / 1000, cores: () => Math.max(0, (read() - before) / passedMs()) }
}

/** All cores together: user, nice, system, irq and softirq, and what a hypervisor took away (proc_stat(5)). */
function readBusyMs(): number {
  const [, fields = ''] = /^cpu\s+(.*)$/m.exec(readFileSync('/proc/stat', 'utf8')) ?? []
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = fields.split(' ').map(Number)
  return (user + nice + system + irq + softirq + steal) * TICK_MS
}
