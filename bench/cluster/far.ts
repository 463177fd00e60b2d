import { Client } from 'pg'
import { withGoal, type Goal } from '../goal.ts'
import { emptyRounds, medians, pace, type Medians } from '../measure-assignments.ts'
import { untilIdle } from '../process-figures.ts'
import type { Section } from '../section.ts'
import { NO_LIMIT, ONE_ACCOUNT } from '../service.ts'
import { median } from '../statistics.ts'
import { startTraffic } from '../traffic/traffic-process.ts'
import { TEAM } from '../traffic/wire.ts'
import { openDatabaseProxy } from './database-proxy.ts'
import type { DatabaseServer } from './database-server.ts'
import { startInstances } from './instances.ts'

const ROUND_TRIP_MS = 10
const RATES = [1, 100]
const FULL = { rounds: 3, seconds: 6 }
const QUICK = { rounds: 1, seconds: 2 }
const LOOKS = 25

/** One account whose database is in another place. */
export function clusterFar(server: DatabaseServer): Section {
  return async ({ isQuick }) => {
    const { rounds, seconds } = isQuick ? QUICK : FULL
    await using stack = new AsyncDisposableStack()
    const traffic = stack.use(await startTraffic(TEAM))
    const database = stack.use(await server.create())
    const proxy = stack.use(await openDatabaseProxy(database.url, ROUND_TRIP_MS / 2))
    const environment = { ...ONE_ACCOUNT, ...NO_LIMIT, HELPCRUNCH_API_URL: traffic.url }
    const instances = stack.use(await startInstances(1, proxy.url, environment))
    const cpuMs = () => instances.cpuMs() + server.cpuMs()
    const target = { name: 'service', urls: instances.urls, isEchoed: false, cpuMs }
    const measured = RATES.map((perSecond) => ({ perSecond, results: emptyRounds() }))
    await pace(traffic, target, { perSecond: 20, seconds: 1, drainSeconds: 30 }, emptyRounds())
    for (let round = 0; round < rounds; round += 1) {
      for (const { perSecond, results } of measured) {
        await untilIdle(instances.cpuMs)
        await pace(traffic, target, { perSecond, seconds, drainSeconds: 5 }, results)
      }
    }
    const [slow, fast] = measured.map(({ results }) => medians(results)) as [Medians, Medians]
    const row = (what: string, figure: number, goal: Goal | null) =>
      withGoal({ '': what, service: figure }, figure, goal)
    return {
      title: `one account, its database ${ROUND_TRIP_MS} ms away; median of ${rounds} rounds of ${seconds} s`,
      rows: [
        row('assignments a second, of 100 new chats', fast.perSecond, { atLeast: 98 }),
        row('webhook to PUT at 100 a second, p50, ms', fast.p50Ms, { atMost: 60 }),
        row('webhook to PUT at 100 a second, p99, ms', fast.p99Ms, null),
        row('chats of those without a PUT 5 s later', fast.missing, { atMost: 0 }),
        row('webhook to PUT at 1 a second, p50, ms', slow.p50Ms, null),
      ],
      notes: [
        `a round trip through the proxy takes ${(await timeRoundTrip(proxy.url)).toFixed(1)} ms (median of ${LOOKS})`,
      ],
    }
  }
}

async function timeRoundTrip(url: string): Promise<number> {
  const client = new Client(url)
  await client.connect()
  const timesMs: number[] = []
  for (let i = 0; i < LOOKS; i += 1) {
    const askedAt = performance.now()
    await client.query('select 1')
    timesMs.push(performance.now() - askedAt)
  }
  await client.end()
  return median(timesMs)
}
