import { DatabaseSync } from 'node:sqlite'
import { openHelpCrunch } from './help-crunch.ts'
import { startLoad } from './load-process.ts'
import type { LoadResult } from './load.ts'
import type { Section } from './section.ts'
import { startServer } from './server-process.ts'
import { startService } from './service.ts'
import { median, ratio } from './statistics.ts'

const CONNECTIONS = 64
const FULL = { rounds: 11, webhooks: CONNECTIONS * 150 }
const QUICK = { rounds: 3, webhooks: CONNECTIONS * 20 }

/** How many signed webhooks a second the service stores, beside a Fastify that stores nothing. */
export const ingest: Section = async ({ isQuick, directory }) => {
  const { rounds, webhooks } = isQuick ? QUICK : FULL
  await using helpCrunch = await openHelpCrunch()
  await using load = startLoad()
  await using bare = await startServer(new URL('bare-fastify.ts', import.meta.url), {
    nodeOptions: [],
    environment: {},
  })
  const start = (level: string) =>
    startService({ helpCrunch, database: `${directory}/${level}.db`, environment: { LOG_LEVEL: level } })
  await using quiet = await start('error')
  await using logging = await start('info')
  const targets: { name: string; url: string; results: LoadResult[] }[] = [
    { name: 'Fastify alone, stores nothing', url: `${bare.url}/webhooks/helpcrunch`, results: [] },
    { name: 'service, LOG_LEVEL=error', url: quiet.webhooks, results: [] },
    { name: 'service, LOG_LEVEL=info', url: logging.webhooks, results: [] },
  ]

  const send = (url: string) =>
    load.send({ url, connections: CONNECTIONS, webhooks: helpCrunch.prepareNewChats(webhooks) })
  for (const { url } of targets) await send(url)
  for (let round = 0; round < rounds; round += 1) {
    // Another one goes first each time, so that going first is nobody's advantage.
    const first = round % targets.length
    for (const { url, results } of [...targets.slice(first), ...targets.slice(0, first)]) results.push(await send(url))
  }
  for (const level of ['error', 'info']) expectStored(`${directory}/${level}.db`, webhooks * (rounds + 1))

  const of = (results: readonly LoadResult[], key: keyof LoadResult) => results.map((result) => result[key])
  const base = targets[0]?.results ?? []
  return {
    title: `signed webhooks over ${CONNECTIONS} connections, median of ${rounds} rounds of ${webhooks} each`,
    rows: targets.map(({ name, results }) => ({
      target: name,
      'a second': median(of(results, 'perSecond')),
      'p50 ms': median(of(results, 'p50Ms')),
      'p99 ms': median(of(results, 'p99Ms')),
      'rate ÷ Fastify': ratio(of(results, 'perSecond'), of(base, 'perSecond')),
      'p99 ÷ Fastify': ratio(of(results, 'p99Ms'), of(base, 'p99Ms')),
    })),
    notes: [
      'aims: rate 0.6 of Fastify’s, p99 below 3 times Fastify’s',
      'the service checks the signature and commits event, chat and assignment to the disk before it answers',
      'the log goes to the null device; 120 requests a minute to the API, as by default',
    ],
  }
}

/** Fast is worth nothing if something is missing: each webhook is an event, a chat and an assignment. */
function expectStored(path: string, count: number): void {
  const database = new DatabaseSync(path, { readOnly: true })
  for (const table of ['event', 'chat', 'assignment']) {
    const { n } = database.prepare(`select count(*) as n from ${table}`).get() as { n: number }
    if (n !== count) throw new Error(`${n} rows in the table ${table}, and not ${count}`)
  }
  database.close()
}
