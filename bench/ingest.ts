import { withGoal, type Goal } from './goal.ts'
import { startLoad } from './load-process.ts'
import type { LoadResult } from './load.ts'
import type { Section } from './section.ts'
import { expectStored } from './seed.ts'
import { startServer } from './server-process.ts'
import { startWithFile } from './service.ts'
import { startBareProgram } from './start-bare-program.ts'
import { median, ratio } from './statistics.ts'
import { startTraffic } from './traffic/traffic-process.ts'
import { TEAM } from './traffic/wire.ts'

const CONNECTIONS = 64
const FULL = { rounds: 5, webhooks: CONNECTIONS * 150 }
const QUICK = { rounds: 2, webhooks: CONNECTIONS * 25 }

interface Target {
  readonly name: string
  readonly url: string
  readonly goal: Goal | null
  readonly results: LoadResult[]
}

/** How many signed webhooks a second the service stores, beside a Fastify that stores nothing. */
export const ingest: Section = async ({ isQuick, directory }) => {
  const { rounds, webhooks } = isQuick ? QUICK : FULL
  await using stack = new AsyncDisposableStack()
  const traffic = stack.use(await startTraffic(TEAM))
  const load = stack.use(startLoad())
  const fastify = stack.use(await startServer(new URL('bare-fastify.ts', import.meta.url)))
  const bare = stack.use(await startBareProgram(traffic.url, `${directory}/bare.db`, { onlyStores: true }))
  const start = async (level: string) =>
    stack.use(await startWithFile(traffic.url, `${directory}/${level}.db`, { LOG_LEVEL: level }))
  const [quiet, logging] = [await start('error'), await start('info')]
  const target = (name: string, { url }: { url: string }, goal: Goal | null = null): Target => ({
    name,
    url: `${url}/webhooks/helpcrunch`,
    goal,
    results: [],
  })
  const targets = [
    target('Fastify alone, stores nothing', fastify),
    target('bare program, one insert and no PUT', bare),
    target('service, LOG_LEVEL=error', quiet),
    target('service, LOG_LEVEL=info', logging, { atLeast: 0.5 }),
  ]

  const send = ({ url }: Target) => load.send({ url, connections: CONNECTIONS, webhooks })
  for (const each of targets) await send(each)
  for (let round = 0; round < rounds; round += 1) {
    // Another one goes first each time, so that going first is no advantage.
    const first = round % targets.length
    for (const each of [...targets.slice(first), ...targets.slice(0, first)]) each.results.push(await send(each))
  }
  for (const level of ['error', 'info']) expectStored(`${directory}/${level}.db`, webhooks * (rounds + 1))

  const of = (results: readonly LoadResult[], key: keyof LoadResult) => results.map((result) => result[key])
  const base = targets[0]?.results ?? []
  return {
    title: `signed webhooks over ${CONNECTIONS} connections, median of ${rounds} rounds of ${webhooks} each`,
    rows: targets.map(({ name, results, goal }) => {
      const share = ratio(of(results, 'perSecond'), of(base, 'perSecond'))
      const row = {
        target: name,
        'a second': median(of(results, 'perSecond')),
        'p50 ms': median(of(results, 'p50Ms')),
        'p99 ms': median(of(results, 'p99Ms')),
        'sender CPU': median(of(results, 'cpuShare')),
        'p99 ÷ Fastify': ratio(of(results, 'p99Ms'), of(base, 'p99Ms')),
        'rate ÷ Fastify': share,
      }
      return withGoal(row, share, goal)
    }),
    notes: [
      'the service checks the signature and commits event, chat and assignment to the disk before it answers',
      'the log goes to the null device; the service sends 120 requests a minute to the API, as by default',
    ],
  }
}
