import { withGoal, type Goal } from '../goal.ts'
import { emptyRounds, medians, pace, saturate, type Rounds, type Subject } from '../measure-assignments.ts'
import { untilIdle } from '../process-figures.ts'
import type { Section } from '../section.ts'
import { NO_LIMIT, ONE_ACCOUNT } from '../service.ts'
import { median } from '../statistics.ts'
import { startTraffic, type TrafficProcess } from '../traffic/traffic-process.ts'
import { TEAM } from '../traffic/wire.ts'
import { openDatabaseProxy } from './database-proxy.ts'
import type { DatabaseServer } from './database-server.ts'
import { startInstances } from './instances.ts'

/** The lower rate is ten times what HelpCrunch takes from an account. */
const [SLOW, FAST] = [20, 100]
const FULL = { rounds: 3, seconds: 6, maxWaiting: 256 }
const QUICK = { rounds: 1, seconds: 2, maxWaiting: 64 }

interface Target extends Subject {
  readonly slow: Rounds
  readonly fast: Rounds
  readonly saturated: Rounds
  readonly roundTrips: number[]
}

/** One account on one instance with PostgreSQL, both on one core. */
export function clusterAccount(server: DatabaseServer): Section {
  return async ({ isQuick }) => {
    const { rounds, seconds, maxWaiting } = isQuick ? QUICK : FULL
    await using traffic = await startTraffic(TEAM)
    const targets: Target[] = []
    for (const isEchoed of [false, true]) {
      await using stack = new AsyncDisposableStack()
      const database = stack.use(await server.create())
      const environment = { ...ONE_ACCOUNT, ...NO_LIMIT, HELPCRUNCH_API_URL: traffic.url }
      const instances = await startInstances(1, database.url, environment)
      stack.defer(() => instances[Symbol.asyncDispose]())
      const cpuMs = () => instances.cpuMs() + server.cpuMs()
      const target: Target = {
        name: isEchoed ? 'with chat.assigned' : 'service',
        urls: instances.urls,
        isEchoed,
        cpuMs,
        slow: emptyRounds(),
        fast: emptyRounds(),
        saturated: emptyRounds(),
        roundTrips: [],
      }
      targets.push(target)
      await saturate(traffic, target, { seconds: 1, maxWaiting }, emptyRounds())
      for (let round = 0; round < rounds; round += 1) {
        await untilIdle(instances.cpuMs)
        await pace(traffic, target, { perSecond: SLOW, seconds }, target.slow)
        await pace(traffic, target, { perSecond: FAST, seconds }, target.fast)
        await saturate(traffic, target, { seconds, maxWaiting }, target.saturated)
      }
    }
    for (const target of targets) target.roundTrips.push(await countRoundTrips(server, traffic, target, seconds))

    const row = (what: string, read: (target: Target) => number, goal: Goal | null) => {
      const [own, echoed] = targets.map(read) as [number, number]
      return withGoal({ '': what, service: own, 'with chat.assigned': echoed }, own, goal)
    }
    return {
      title: `one account on one instance with PostgreSQL, both on one core; median of ${rounds} rounds of ${seconds} s`,
      rows: [
        row('assignments a second at saturation', (each) => medians(each.saturated).perSecond, { atLeast: 800 }),
        row('CPU per assignment at saturation, ms', (each) => medians(each.saturated).cpuMs, null),
        row(`CPU per assignment at ${FAST} a second, ms`, (each) => medians(each.fast).cpuMs, { atMost: 6 }),
        row(`webhook to PUT at ${FAST} a second, p50, ms`, (each) => medians(each.fast).p50Ms, { atMost: 5 }),
        row(`webhook to PUT at ${FAST} a second, p99, ms`, (each) => medians(each.fast).p99Ms, { atMost: 20 }),
        row(`chats without a PUT 20 s later`, (each) => medians(each.fast).missing, { atMost: 0 }),
        row(`webhook to PUT at ${SLOW} a second, p50, ms`, (each) => medians(each.slow).p50Ms, null),
        row(`webhook to PUT at ${SLOW} a second, p99, ms`, (each) => medians(each.slow).p99Ms, null),
        row(`round trips per assignment at ${FAST} a second`, (each) => median(each.roundTrips), { atMost: 5 }),
      ],
      notes: [
        'CPU of the instance and of all processes of PostgreSQL together; a commit reaches the disk before it is answered',
        'with chat.assigned: HelpCrunch’s own webhook about each PUT comes too, so two webhooks for each assignment',
        'round trips: counted between instance and PostgreSQL, by another instance; heartbeats and looks among them',
      ],
    }
  }
}

async function countRoundTrips(
  server: DatabaseServer,
  traffic: TrafficProcess,
  { isEchoed }: Target,
  seconds: number,
): Promise<number> {
  await using stack = new AsyncDisposableStack()
  const database = stack.use(await server.create())
  const proxy = stack.use(await openDatabaseProxy(database.url, 0))
  const environment = { ...ONE_ACCOUNT, ...NO_LIMIT, HELPCRUNCH_API_URL: traffic.url }
  const instances = stack.use(await startInstances(1, proxy.url, environment))
  const paced = { kind: 'pace', urls: instances.urls, isEchoed, perSecond: FAST, drainSeconds: 60 } as const
  await traffic.run({ ...paced, seconds: 1 })
  const before = proxy.roundTrips()
  const { opened, missing } = await traffic.run({ ...paced, seconds })
  return (proxy.roundTrips() - before) / (opened - missing)
}
