import { setTimeout as delay } from 'node:timers/promises'
import { ALL_CORES } from '../cores.ts'
import { startLoad, type LoadProcess } from '../load-process.ts'
import type { Section } from '../section.ts'
import { ONE_ACCOUNT } from '../service.ts'
import { startTraffic } from '../traffic/traffic-process.ts'
import { TEAM } from '../traffic/wire.ts'
import type { BenchDatabase, DatabaseServer } from './database-server.ts'
import { until, untilDrained } from './inbox.ts'
import { startInstances } from './instances.ts'

const DAY_MS = 24 * 60 * 60_000
const CONNECTIONS = 64
const FULL = { events: 3_000_000, seconds: 15, webhooks: CONNECTIONS * 25 }
const QUICK = { events: 100_000, seconds: 2, webhooks: CONNECTIONS * 5 }

/** Whether old rows are deleted as fast as new ones come. */
export function clusterPrune(server: DatabaseServer): Section {
  return async ({ isQuick }) => {
    const { events, seconds, webhooks } = isQuick ? QUICK : FULL
    await using stack = new AsyncDisposableStack()
    const traffic = stack.use(await startTraffic(TEAM, ALL_CORES))
    const database = stack.use(await server.create())
    const environment = { ...ONE_ACCOUNT, HELPCRUNCH_API_URL: traffic.url }
    const instances = stack.use(await startInstances(2, database.url, environment, ALL_CORES))
    const load = stack.use(startLoad(ALL_CORES))
    const urls = instances.urls.map((url) => `${url}/webhooks/helpcrunch`)

    async function run(name: string, isLoaded: boolean) {
      const before = await countOld(database)
      const startedAt = performance.now()
      const stored = isLoaded ? await sendFor(seconds, load, urls, webhooks) : await delay(seconds * 1000, 0)
      const elapsed = (performance.now() - startedAt) / 1000
      const deleted = before - (await countOld(database))
      if (isLoaded) await untilDrained(database)
      return { '': name, 'stored a second': stored / elapsed, 'events deleted a second': deleted / elapsed }
    }

    await sendFor(1, load, urls, webhooks)
    const alone = await run('webhooks, nothing to delete', true)
    await database.query(seedEvents(events))
    // Each instance looks once a minute.
    await until<{ old: string }>(database, OLD, ([row]) => Number(row?.old) < events)
    const rows = [alone, await run('webhooks, two instances delete', true), await run('two instances delete', false)]
    if ((await countOld(database)) === 0) throw new Error(`all ${events} events were deleted before the end: seed more`)
    return {
      title: `pruning ${events.toLocaleString('en')} events that are too old, ${seconds} s each`,
      rows,
      notes: [
        'two instances receive, and prune as they always do',
        'aim: more is deleted than stored, however fast webhooks come',
      ],
    }
  }
}

async function sendFor(seconds: number, load: LoadProcess, urls: readonly string[], webhooks: number): Promise<number> {
  let stored = 0
  for (const endAt = performance.now() + seconds * 1000; performance.now() < endAt; stored += webhooks) {
    const url = urls[(stored / webhooks) % urls.length] as string
    await load.send({ url, connections: CONNECTIONS, webhooks })
  }
  return stored
}

async function countOld(database: BenchDatabase): Promise<number> {
  const [row] = await database.query<{ old: string }>(OLD)
  return Number(row?.old)
}

/** For an account without other rows. */
const OLD = 'select count(*) as old from event where account_id = 0'

const seedEvents = (count: number) => `
  insert into event (account_id, id, type, chat_id, occurred_at, received_at)
  select 0, gen_random_uuid()::text, 'message.chat.customer', n, ${Date.now() - 40 * DAY_MS} + n, ${Date.now() - 40 * DAY_MS} + n
  from generate_series(1, ${count}) as n
`
