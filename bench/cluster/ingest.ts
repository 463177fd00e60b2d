import { openHelpCrunch, API_KEY, SIGNING_KEY, type HelpCrunch } from '../help-crunch.ts'
import { startLoad, type LoadProcess } from '../load-process.ts'
import type { Section } from '../section.ts'
import { startService } from '../service.ts'
import { median, ratio } from '../statistics.ts'
import { startCopies } from './copies.ts'
import type { BenchDatabase, DatabaseServer } from './database-server.ts'
import { untilTakenIn } from './inbox.ts'

const COPIES = [1, 2, 4]
const CONNECTIONS = 64
const FULL = { rounds: 5, webhooks: CONNECTIONS * 50 }
const QUICK = { rounds: 2, webhooks: CONNECTIONS * 10 }

interface Target {
  readonly name: string
  readonly urls: readonly string[]
  /** `null`: a file. */
  readonly database: BenchDatabase | null
  readonly stored: number[]
  readonly takenIn: number[]
}

/** How many signed webhooks a second 1, 2 and 4 copies store, beside one process with a file. */
export function clusterIngest(server: DatabaseServer): Section {
  return async ({ isQuick, directory }) => {
    const { rounds, webhooks } = isQuick ? QUICK : FULL
    await using stack = new AsyncDisposableStack()
    const helpCrunch = stack.use(await openHelpCrunch())
    const loads = Array.from({ length: Math.max(...COPIES) }, () => stack.use(startLoad()))
    const file = stack.use(
      await startService({ helpCrunch, database: `${directory}/one.db`, environment: { LOG_LEVEL: 'error' } }),
    )
    const targets: Target[] = [
      { name: 'one process, SQLite', urls: [file.webhooks], database: null, stored: [], takenIn: [] },
    ]
    for (const count of COPIES) {
      const database = stack.use(await server.create())
      const copies = stack.use(await startCopies(count, database.url, environmentOf(helpCrunch)))
      const urls = copies.urls.map((url) => `${url}/webhooks/helpcrunch`)
      targets.push({ name: `${count} on PostgreSQL`, urls, database, stored: [], takenIn: [] })
    }
    for (let round = -1; round < rounds; round += 1) {
      const first = Math.max(0, round) % targets.length
      for (const target of [...targets.slice(first), ...targets.slice(0, first)]) {
        const { stored, takenIn } = await measure(target, loads, helpCrunch, webhooks)
        // The first round only warms up.
        if (round < 0) continue
        target.stored.push(stored)
        target.takenIn.push(takenIn)
      }
    }
    const [sqlite, one] = targets as [Target, Target]
    return {
      title: `signed webhooks over ${CONNECTIONS} connections, spread over the copies, median of ${rounds} rounds of ${webhooks} each`,
      rows: targets.map(({ name, stored, takenIn }) => ({
        copies: name,
        'stored a second': median(stored),
        '÷ one copy': ratio(stored, one.stored),
        '÷ SQLite': ratio(stored, sqlite.stored),
        'taken in a second': median(takenIn),
      })),
      notes: [
        'stored: committed and answered; taken in: until the copy that decides has made chats and assignments of all of them',
        'one account; load generators, copies and PostgreSQL share the same cores',
      ],
    }
  }
}

/** What a copy of one account needs to be told. */
export function environmentOf({ url }: HelpCrunch): Record<string, string> {
  return { HELPCRUNCH_API_KEY: API_KEY, HELPCRUNCH_WEBHOOK_SIGNING_KEY: SIGNING_KEY, HELPCRUNCH_API_URL: url }
}

/** @returns rates a second, from the first request until the last answer, and until the inbox was empty */
async function measure(
  { urls, database }: Target,
  loads: readonly LoadProcess[],
  helpCrunch: HelpCrunch,
  webhooks: number,
): Promise<{ stored: number; takenIn: number }> {
  const share = { webhooks: webhooks / urls.length, connections: CONNECTIONS / urls.length }
  const jobs = urls.map((url) => ({
    url,
    connections: share.connections,
    webhooks: helpCrunch.prepareNewChats(share.webhooks),
  }))
  const results = await Promise.all(jobs.map((job, index) => (loads[index] as LoadProcess).send(job)))
  const startedAt = Math.min(...results.map((result) => result.startedAt))
  const endedAt = Math.max(...results.map((result) => result.endedAt))
  const takenInAt = database === null ? endedAt : await untilTakenIn(database)
  const perSecond = (until: number) => (webhooks / (until - startedAt)) * 1000
  return { stored: perSecond(endedAt), takenIn: perSecond(takenInAt) }
}
