import { withGoal, type Goal } from './goal.ts'
import { emptyRounds, medians, pace, type Rounds } from './measure-assignments.ts'
import { openPages } from './open-pages.ts'
import { readCpuMs, untilIdle } from './process-figures.ts'
import type { Section } from './section.ts'
import { NO_LIMIT, startWithFile } from './service.ts'
import { ratio } from './statistics.ts'
import { startTraffic } from './traffic/traffic-process.ts'
import { TEAM } from './traffic/wire.ts'

const PER_SECOND = 100
const PAGES = 20
const FULL = { rounds: 7, warmUpSeconds: 4, seconds: 8 }
const QUICK = { rounds: 1, warmUpSeconds: 1, seconds: 2 }

/** How much open pages slow down assignments. */
export const pages: Section = async ({ isQuick, directory }) => {
  const { rounds, warmUpSeconds, seconds } = isQuick ? QUICK : FULL
  await using stack = new AsyncDisposableStack()
  const traffic = stack.use(await startTraffic(TEAM))
  const service = stack.use(await startWithFile(traffic.url, `${directory}/pages.db`, NO_LIMIT))
  const cpuMs = () => readCpuMs(service.pid)
  const subject = { name: 'service', urls: [service.url], isEchoed: false, cpuMs }
  const [without, open] = [emptyRounds(), emptyRounds()]
  const readsPerSecond: number[] = []

  const measureWithout = () => pace(traffic, subject, { perSecond: PER_SECOND, seconds }, without)
  async function measureOpen(): Promise<void> {
    await using viewers = await openPages(service.url, PAGES)
    const before = { reads: viewers.reads(), at: performance.now() }
    await pace(traffic, subject, { perSecond: PER_SECOND, seconds }, open)
    readsPerSecond.push(((viewers.reads() - before.reads) / (performance.now() - before.at)) * 1000)
  }
  await pace(traffic, subject, { perSecond: PER_SECOND, seconds: warmUpSeconds }, emptyRounds())
  for (let round = 0; round < rounds; round += 1) {
    const order = round % 2 === 0 ? [measureWithout, measureOpen] : [measureOpen, measureWithout]
    for (const measureNext of order) {
      await untilIdle(cpuMs)
      await measureNext()
    }
  }
  const row = (what: string, key: keyof Rounds, goal: Goal | null) => {
    const figure = ratio(open[key], without[key])
    const columns = {
      '': what,
      'no page': medians(without)[key],
      [`${PAGES} pages`]: medians(open)[key],
      ratio: figure,
    }
    return withGoal(columns, figure, goal)
  }
  return {
    title: `${PAGES} open pages at ${PER_SECOND} assignments a second; median of ${rounds} rounds`,
    rows: [
      row('webhook to PUT, p50, ms', 'p50Ms', null),
      row('webhook to PUT, p99, ms', 'p99Ms', { atMost: 1.1 }),
      row('CPU per assignment, ms', 'cpuMs', null),
    ],
    notes: [
      `each page follows the events and shows the first screen: together ${readsPerSecond.at(-1)?.toFixed(0)} answers a second`,
      'a hidden page has no connection and sends nothing',
    ],
  }
}
