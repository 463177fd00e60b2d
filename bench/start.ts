import { setTimeout as delay } from 'node:timers/promises'
import { beside } from './goal.ts'
import { readMemoryMb } from './process-figures.ts'
import type { Section } from './section.ts'
import type { ServerProcess } from './server-process.ts'
import { startWithFile } from './service.ts'
import { startBareProgram } from './start-bare-program.ts'
import { median, ratio } from './statistics.ts'
import { startTraffic } from './traffic/traffic-process.ts'
import { TEAM } from './traffic/wire.ts'

const FULL = { rounds: 9 }
const QUICK = { rounds: 1 }
/** The service gives memory back a second after it listens. */
const UNTIL_AT_REST_MS = 2000

/** How soon a new process is ready, with a new database and with one that is there, and its memory when it has nothing to do. */
export const start: Section = async ({ isQuick, directory }) => {
  const { rounds } = isQuick ? QUICK : FULL
  await using traffic = await startTraffic(TEAM)
  const targets = [
    { name: 'service', open: (round: number) => startWithFile(traffic.url, `${directory}/${round}.db`) },
    { name: 'service, its database is there', open: () => startWithFile(traffic.url, `${directory}/0.db`) },
    { name: 'bare program', open: (round: number) => startBareProgram(traffic.url, `${directory}/bare-${round}.db`) },
  ].map((each) => ({ ...each, readyMs: [] as number[], memoryMb: [] as number[] }))
  for (let round = 0; round < rounds; round += 1) {
    for (const each of targets) {
      await using server: ServerProcess = await each.open(round)
      each.readyMs.push(server.readyMs)
      await delay(UNTIL_AT_REST_MS)
      each.memoryMb.push(readMemoryMb(server.pid))
    }
  }
  const base = targets.at(-1) as (typeof targets)[number]
  return {
    title: `a new process until it is ready, and its memory ${UNTIL_AT_REST_MS / 1000} s later; median of ${rounds} starts`,
    rows: [
      ...targets.map(({ name, readyMs }, index) => ({
        '': `ready, ms: ${name}`,
        median: median(readyMs),
        '÷ bare': ratio(readyMs, base.readyMs),
        ...beside(index === 1 ? { atMost: 400 } : null, median(readyMs)),
      })),
      ...targets.map(({ name, memoryMb }, index) => ({
        '': `idle memory (RSS), MB: ${name}`,
        median: median(memoryMb),
        '÷ bare': ratio(memoryMb, base.memoryMb),
        ...beside(index === 1 ? { atMost: 100 } : null, median(memoryMb)),
      })),
    ],
    notes: ['ready: from being spawned until GET /readyz answers 200; the service has read its agents by then'],
  }
}
