import { setTimeout as delay } from 'node:timers/promises'
import { withGoal, type Goal } from './goal.ts'
import { readMemoryMb } from './process-figures.ts'
import type { Section } from './section.ts'
import type { ServerProcess } from './server-process.ts'
import { startWithFile } from './service.ts'
import { startBareProgram } from './start-bare-program.ts'
import { median, ratio } from './statistics.ts'
import { startTraffic } from './traffic/traffic-process.ts'
import { TEAM } from './traffic/wire.ts'

const FULL = { rounds: 5 }
const QUICK = { rounds: 1 }
/** The service gives memory back a second after it listens. */
const UNTIL_AT_REST_MS = 2000

interface Target {
  readonly name: string
  readonly isJudged: boolean
  readonly open: (round: number) => Promise<ServerProcess>
  readonly readyMs: number[]
  readonly memoryMb: number[]
}

/** How soon a new process is ready, with a new and with an existing database, and its memory at rest. */
export const start: Section = async ({ isQuick, directory }) => {
  const { rounds } = isQuick ? QUICK : FULL
  await using traffic = await startTraffic(TEAM)
  const target = (name: string, isJudged: boolean, open: (round: number) => Promise<ServerProcess>): Target => ({
    name,
    isJudged,
    open,
    readyMs: [],
    memoryMb: [],
  })
  const targets = [
    target('service, new database', false, (round) => startWithFile(traffic.url, `${directory}/${round}.db`)),
    target('service', true, () => startWithFile(traffic.url, `${directory}/0.db`)),
    target('bare program', false, (round) => startBareProgram(traffic.url, `${directory}/bare-${round}.db`)),
  ]
  for (let round = 0; round < rounds; round += 1) {
    for (const each of targets) {
      await using server = await each.open(round)
      each.readyMs.push(server.readyMs)
      await delay(UNTIL_AT_REST_MS)
      each.memoryMb.push(readMemoryMb(server.pid))
    }
  }
  const base = targets.at(-1) as Target
  const rowsOf = (what: string, key: 'readyMs' | 'memoryMb', goal: Goal) =>
    targets.map(({ name, isJudged, [key]: figures }) => {
      const row = { '': `${what}: ${name}`, median: median(figures), '÷ bare': ratio(figures, base[key]) }
      return withGoal(row, median(figures), isJudged ? goal : null)
    })
  return {
    title: `a new process until it is ready, and its memory ${UNTIL_AT_REST_MS / 1000} s later; median of ${rounds} starts`,
    rows: [
      ...rowsOf('ready, ms', 'readyMs', { atMost: 400 }),
      ...rowsOf('idle memory (RSS), MB', 'memoryMb', { atMost: 100 }),
    ],
    notes: ['ready: from being spawned until GET /readyz answers 200; the service has read its agents by then'],
  }
}
