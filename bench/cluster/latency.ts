import { ALL_CORES } from '../cores.ts'
import { emptyRounds, medians, pace, type Rounds, type Subject } from '../measure-assignments.ts'
import type { Section } from '../section.ts'
import { NO_LIMIT, ONE_ACCOUNT } from '../service.ts'
import { startTraffic } from '../traffic/traffic-process.ts'
import { TEAM } from '../traffic/wire.ts'
import type { DatabaseServer } from './database-server.ts'
import { startInstances } from './instances.ts'

const COUNTS = [1, 2, 4]
/** More than twice, and ten times, what HelpCrunch takes from one account. */
const RATES = [5, 20]
const FULL = { rounds: 3, seconds: 4, warmUpSeconds: 3 }
const QUICK = { rounds: 1, seconds: 2, warmUpSeconds: 1 }
const WARM_UP_PER_SECOND = 40

interface Target extends Subject {
  readonly measured: ReadonlyMap<number, Rounds>
}

/** How long a chat waits for its agent, where another instance receives its webhook than decides. */
export function clusterLatency(server: DatabaseServer): Section {
  return async ({ isQuick, directory }) => {
    const { rounds, seconds, warmUpSeconds } = isQuick ? QUICK : FULL
    await using stack = new AsyncDisposableStack()
    const traffic = stack.use(await startTraffic(TEAM, ALL_CORES))
    const environment = { ...ONE_ACCOUNT, ...NO_LIMIT, HELPCRUNCH_API_URL: traffic.url }
    const targets: Target[] = []
    for (const count of [0, ...COUNTS]) {
      const url = count === 0 ? `file:${directory}/one.db` : stack.use(await server.create()).url
      const { urls, cpuMs } = stack.use(await startInstances(Math.max(1, count), url, environment, ALL_CORES))
      const name = count === 0 ? 'one process, SQLite' : `${count} on PostgreSQL`
      const measured = new Map(RATES.map((rate) => [rate, emptyRounds()]))
      targets.push({ name, urls, isEchoed: true, cpuMs, measured })
    }

    const warmUp = { perSecond: WARM_UP_PER_SECOND, seconds: warmUpSeconds }
    for (const target of targets) await pace(traffic, target, warmUp, emptyRounds())
    for (let round = 0; round < rounds; round += 1) {
      for (const perSecond of RATES) {
        for (const target of round % 2 === 0 ? targets : targets.toReversed()) {
          await pace(traffic, target, { perSecond, seconds }, target.measured.get(perSecond) as Rounds)
        }
      }
    }
    return {
      title: `from webhook to PUT, webhooks to the instances in turn, median of ${rounds} rounds of ${seconds} s each`,
      rows: RATES.flatMap((rate) =>
        targets.map(({ name, measured }) => {
          const { p50Ms, p99Ms, cpuMs } = medians(measured.get(rate) as Rounds)
          return {
            instances: name,
            'new chats a second': rate,
            'p50 ms': p50Ms,
            'p99 ms': p99Ms,
            'CPU of the instances per assignment, ms': cpuMs,
          }
        }),
      ),
      notes: [
        'one account without a limit; HelpCrunch itself takes two requests a second of an account',
        'HelpCrunch’s own webhook about each PUT comes, too',
        'with n instances, one of n webhooks reaches the instance that decides',
        'instances, PostgreSQL and the sender share all cores',
      ],
    }
  }
}
