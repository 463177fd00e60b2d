import { systemClock } from '../../src/clock.ts'
import { createSender } from '../../src/demo/sender.ts'
import { openChats } from '../end-to-end.ts'
import { openHelpCrunch, SIGNING_KEY, type HelpCrunch } from '../help-crunch.ts'
import type { Section } from '../section.ts'
import { startService } from '../service.ts'
import { median, percentile } from '../statistics.ts'
import { startCopies } from './copies.ts'
import type { BenchDatabase, DatabaseServer } from './database-server.ts'
import { environmentOf } from './ingest.ts'

const COPIES = [1, 2, 4]
const INTERVAL_MS = 20
const FULL = { rounds: 3, chats: 250, warmUp: 250 }
const QUICK = { rounds: 1, chats: 100, warmUp: 100 }
const NO_LIMIT = { RATE_LIMIT_PER_MINUTE: '1000000', LOG_LEVEL: 'error' }

interface Target {
  readonly name: string
  readonly helpCrunch: HelpCrunch
  readonly database: BenchDatabase | null
  readonly rounds: number[][]
  readonly statements: number[]
  readonly transactions: number[]
}

/** How long after a customer's first word the chat has its agent, where another copy receives than decides. */
export function clusterLatency(server: DatabaseServer): Section {
  return async ({ isQuick, directory }) => {
    const { rounds, chats, warmUp } = isQuick ? QUICK : FULL
    await using stack = new AsyncDisposableStack()
    const targets: Target[] = []
    const add = async (
      name: string,
      urls: readonly string[],
      helpCrunch: HelpCrunch,
      database: BenchDatabase | null,
    ) => {
      let next = 0
      const url = () => urls[(next += 1) % urls.length] as string
      const sender = createSender({ url, signingKey: SIGNING_KEY, clock: systemClock })
      helpCrunch.onWebhook(sender.send)
      stack.defer(() => sender.settled())
      targets.push({ name, helpCrunch, database, rounds: [], statements: [], transactions: [] })
    }
    const first = stack.use(await openHelpCrunch())
    const path = `${directory}/one.db`
    const file = stack.use(await startService({ helpCrunch: first, database: path, environment: NO_LIMIT }))
    await add('one process, SQLite', [file.webhooks], first, null)
    for (const count of COPIES) {
      const helpCrunch = stack.use(await openHelpCrunch())
      const database = stack.use(await server.create())
      const environment = { ...environmentOf(helpCrunch), ...NO_LIMIT }
      const copies = stack.use(await startCopies(count, database.url, environment))
      await add(
        `${count} on PostgreSQL`,
        copies.urls.map((each) => `${each}/webhooks/helpcrunch`),
        helpCrunch,
        database,
      )
    }

    for (const { helpCrunch } of targets) await openChats(helpCrunch, warmUp, INTERVAL_MS)
    for (let round = 0; round < rounds; round += 1) {
      for (const target of round % 2 === 0 ? targets : targets.toReversed()) await measure(target, chats)
    }
    const of = ({ rounds: all }: Target, share: number) => median(all.map((waitsMs) => percentile(waitsMs, share)))
    return {
      title: `from webhook to PUT, ${1000 / INTERVAL_MS} new chats a second, webhooks to the copies in turn, median of ${rounds} rounds of ${chats} each`,
      rows: targets.map((target) => ({
        copies: target.name,
        'p50 ms': of(target, 0.5),
        'p99 ms': of(target, 0.99),
        'longest ms': of(target, 1),
        'statements per assignment': target.database === null ? '' : median(target.statements),
        'transactions per assignment': target.database === null ? '' : median(target.transactions),
      })),
      notes: [
        'one account without a limit; from before the webhook is signed to the arrival of the PUT',
        'with n copies, one of n webhooks reaches the copy that decides; HelpCrunch’s own webhook about each PUT comes on top',
        'statements and transactions of everything that copies do meanwhile, begin and commit among them',
      ],
    }
  }
}

async function measure({ helpCrunch, database, ...target }: Target, chats: number): Promise<void> {
  const before = await database?.work()
  target.rounds.push(await openChats(helpCrunch, chats, INTERVAL_MS))
  const after = await database?.work()
  if (before === undefined || after === undefined) return
  target.statements.push((after.statements - before.statements) / chats)
  target.transactions.push((after.transactions - before.transactions) / chats)
}
