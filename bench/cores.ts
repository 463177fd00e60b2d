import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

const allowed = readAllowed(readFileSync('/proc/self/status', 'utf8'))

/** The measured programs and their database server run on the first core, the sender and the stand-in on the second. */
export const SERVICE_CORE = String(allowed[0])
export const SENDER_CORE = String(allowed[1] ?? allowed[0])
/** For sections that measure all cores. */
export const ALL_CORES = allowed.join(',')

export const areCoresShared = SERVICE_CORE === SENDER_CORE

/** Moves a process, its threads and its children to these cores; processes that they start later inherit that. */
export function pinProcess(pid: number, cores: string): void {
  execFileSync('taskset', ['--all-tasks', '--cpu-list', '--pid', cores, String(pid)], { stdio: 'ignore' })
  for (const child of childrenOf(pid)) {
    try {
      pinProcess(child, cores)
    } catch (error) {
      // It may have ended since it was listed.
      if (childrenOf(pid).includes(child)) throw error
    }
  }
}

/** The processes that a process has started and that still run. */
export function childrenOf(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number),
  )
}

/** `Cpus_allowed_list: 0-1,4` (proc_pid_status(5)). */
function readAllowed(status: string): number[] {
  const [, list = ''] = /^Cpus_allowed_list:\s+(\S+)$/m.exec(status) ?? []
  return list.split(',').flatMap((range) => {
    const [first = 0, last = first] = range.split('-').map(Number)
    return Array.from({ length: last - first + 1 }, (_each, index) => first + index)
  })
}
