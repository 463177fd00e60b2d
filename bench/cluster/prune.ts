import { setTimeout as delay } from 'node:timers/promises'
import pino from 'pino'
import { systemClock } from '../../src/clock.ts'
import type { Stores } from '../../src/store/contract.ts'
import { keepPruned } from '../../src/store/retention.ts'
import { openStores } from '../../src/store/stores.ts'
import { openHelpCrunch } from '../help-crunch.ts'
import { startLoad } from '../load-process.ts'
import type { Section } from '../section.ts'
import { startCopies } from './copies.ts'
import type { BenchDatabase, DatabaseServer } from './database-server.ts'
import { environmentOf } from './ingest.ts'
import { untilTakenIn } from './inbox.ts'

const DAY_MS = 24 * 60 * 60_000
const CONNECTIONS = 64
const FULL = { events: 5_000_000, seconds: 15, webhooks: CONNECTIONS * 25 }
const QUICK = { events: 300_000, seconds: 2, webhooks: CONNECTIONS * 10 }
/** Seconds of its own, instead of a minute: the first look comes at once. */
const hastyClock = {
  ...systemClock,
  after: (delayMs: number, run: () => void) => systemClock.after(Math.min(delayMs, 50), run),
}

/** Whether old rows are deleted as fast as new ones come. */
export function clusterPrune(server: DatabaseServer): Section {
  return async ({ isQuick }) => {
    const { events, seconds, webhooks } = isQuick ? QUICK : FULL
    await using stack = new AsyncDisposableStack()
    const helpCrunch = stack.use(await openHelpCrunch())
    const database = stack.use(await server.create())
    const copies = stack.use(await startCopies(2, database.url, environmentOf(helpCrunch)))
    const seededAt = performance.now()
    await database.query(seedEvents(events))
    const seedSeconds = (performance.now() - seededAt) / 1000
    const load = stack.use(startLoad())

    /** Ingest as fast as it goes, and `pruners` processes' worth of pruning. */
    async function run(name: string, pruners: number, isLoaded: boolean) {
      const deletedBefore = await countDeleted(database)
      const running = new AsyncDisposableStack()
      for (let i = 0; i < pruners; i += 1) {
        const stores = await openStores(database.url, systemClock)
        running.defer(() => stores.close())
        running.defer(startPruning(stores))
      }
      const startedAt = performance.now()
      const rates: number[] = []
      let stored = 0
      while (performance.now() - startedAt < seconds * 1000) {
        if (!isLoaded) {
          await delay(500)
          continue
        }
        const url = `${copies.urls[rates.length % copies.urls.length]}/webhooks/helpcrunch`
        rates.push(
          (await load.send({ url, connections: CONNECTIONS, webhooks: helpCrunch.prepareNewChats(webhooks) }))
            .perSecond,
        )
        stored += webhooks
      }
      const elapsed = (performance.now() - startedAt) / 1000
      await running.disposeAsync()
      const deleted = (await countDeleted(database)) - deletedBefore
      if (isLoaded) await untilTakenIn(database)
      return { '': name, 'stored a second': stored / elapsed, 'events deleted a second': deleted / elapsed }
    }

    return {
      title: `pruning ${events.toLocaleString('en')} events that are too old, ${seconds} s each`,
      rows: [
        await run('webhooks alone', 0, true),
        await run('one copy prunes', 1, false),
        await run('webhooks, one copy prunes', 1, true),
        await run('webhooks, four copies prune', 4, true),
      ],
      notes: [
        `seeded in ${seedSeconds.toFixed(0)} s; two copies receive; pruning is the service’s own, in the process that measures`,
        'aim: more is deleted than stored, however fast webhooks come',
      ],
    }
  }
}

function startPruning(stores: Stores): () => void {
  return keepPruned({ stores, maxAgeMs: 30 * DAY_MS, clock: hastyClock, logger: pino({ level: 'silent' }) })
}

async function countDeleted(database: BenchDatabase): Promise<number> {
  const rows = await database.query<{ left: string }>(`select count(*) as left from event where account_id = 0`)
  return -Number(rows[0]?.left)
}

const seedEvents = (count: number) => `
  insert into event (account_id, id, type, chat_id, occurred_at, received_at)
  select 0, gen_random_uuid()::text, 'message.chat.customer', n, ${Date.now() - 40 * DAY_MS} + n, ${Date.now() - 40 * DAY_MS} + n
  from generate_series(1, ${count}) as n
`
