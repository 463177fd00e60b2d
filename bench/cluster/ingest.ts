import { ALL_CORES } from '../cores.ts'
import { startLoad, type LoadProcess } from '../load-process.ts'
import type { Section } from '../section.ts'
import { ONE_ACCOUNT } from '../service.ts'
import { median, ratio } from '../statistics.ts'
import { startTraffic } from '../traffic/traffic-process.ts'
import { TEAM } from '../traffic/wire.ts'
import type { BenchDatabase, DatabaseServer } from './database-server.ts'
import { untilDrained } from './inbox.ts'
import { startInstances } from './instances.ts'

const COUNTS = [1, 2, 4]
const CONNECTIONS = 64
const FULL = { rounds: 5, webhooks: CONNECTIONS * 50 }
const QUICK = { rounds: 1, webhooks: CONNECTIONS * 8 }

interface Target {
  readonly name: string
  readonly urls: readonly string[]
  /** `null`: a file. */
  readonly database: BenchDatabase | null
  readonly stored: number[]
  readonly drained: number[]
}

/** How many signed webhooks a second 1, 2 and 4 instances store, beside one process with a file. */
export function clusterIngest(server: DatabaseServer): Section {
  return async ({ isQuick, directory }) => {
    const { rounds, webhooks } = isQuick ? QUICK : FULL
    await using stack = new AsyncDisposableStack()
    const traffic = stack.use(await startTraffic(TEAM, ALL_CORES))
    const environment = { ...ONE_ACCOUNT, HELPCRUNCH_API_URL: traffic.url }
    const loads = Array.from({ length: Math.max(...COUNTS) }, () => stack.use(startLoad(ALL_CORES)))
    const targets: Target[] = []
    for (const count of [0, ...COUNTS]) {
      const database = count === 0 ? null : stack.use(await server.create())
      const url = database?.url ?? `file:${directory}/one.db`
      const instances = stack.use(await startInstances(Math.max(1, count), url, environment, ALL_CORES))
      const name = count === 0 ? 'one process, SQLite' : `${count} on PostgreSQL`
      const urls = instances.urls.map((each) => `${each}/webhooks/helpcrunch`)
      targets.push({ name, urls, database, stored: [], drained: [] })
    }
    for (let round = -1; round < rounds; round += 1) {
      const first = Math.max(0, round) % targets.length
      for (const target of [...targets.slice(first), ...targets.slice(0, first)]) {
        const { stored, drained } = await measure(target, loads, webhooks)
        // The first round only warms up.
        if (round < 0) continue
        target.stored.push(stored)
        target.drained.push(drained)
      }
    }
    const [sqlite, one] = targets as [Target, Target]
    return {
      title: `signed webhooks over ${CONNECTIONS} connections, spread over the instances, median of ${rounds} rounds of ${webhooks} each`,
      rows: targets.map(({ name, stored, drained }) => ({
        instances: name,
        'stored a second': median(stored),
        '÷ one instance': ratio(stored, one.stored),
        '÷ SQLite': ratio(stored, sqlite.stored),
        'drained a second': median(drained),
      })),
      notes: [
        'stored: committed and answered; drained: until the instance that decides has made chats and assignments of all of them',
        'one account; load generators, instances and PostgreSQL share all cores',
      ],
    }
  }
}

/** @returns rates a second, from the first request until the last answer, and until the inbox was empty */
async function measure(
  { urls, database }: Target,
  loads: readonly LoadProcess[],
  webhooks: number,
): Promise<{ stored: number; drained: number }> {
  const share = { webhooks: webhooks / urls.length, connections: CONNECTIONS / urls.length }
  const results = await Promise.all(urls.map((url, index) => (loads[index] as LoadProcess).send({ url, ...share })))
  const startedAt = Math.min(...results.map((result) => result.startedAt))
  const endedAt = Math.max(...results.map((result) => result.endedAt))
  const drainedAt = database === null ? endedAt : await untilDrained(database)
  const perSecond = (until: number) => (webhooks / (until - startedAt)) * 1000
  return { stored: perSecond(endedAt), drained: perSecond(drainedAt) }
}
