import { readFileSync } from 'node:fs'

/** Linux counts CPU time in hundredths of a second, on every machine. */
const TICK_MS = 10

/** The process's resident memory. Only Linux tells it in this way. */
export function readMemoryMb(pid: number): number {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  if (kilobytes === undefined) throw new Error(`/proc/${pid}/status does not tell the memory`)
  return Number(kilobytes) / 1024
}

/** The CPU time that a process and its children have used so far, also of those children that have ended. */
export function readCpuMs(pid: number): number {
  // The second field is the program's name in brackets, in which anything may stand.
  const [, fields = ''] = /^.*\) (.*)$/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? []
  const ticks = fields.split(' ').slice(11, 15).map(Number)
  return ticks.reduce((sum, each) => sum + each, 0) * TICK_MS + readChildrenCpuMs(pid)
}

function readChildrenCpuMs(pid: number): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean)
  return children.reduce((sum, child) => sum + readIfThere(Number(child)), 0)
}

/** One that ends at this moment is counted with its parent the next time. */
function readIfThere(pid: number): number {
  try {
    return readCpuMs(pid)
  } catch {
    return 0
  }
}
