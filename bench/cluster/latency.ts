import { systemClock } from '../../src/clock.ts'
import { createSender } from '../../demo/sender.ts'
import { openChats } from '../end-to-end.ts'
import { openHelpCrunch, SIGNING_KEY, type HelpCrunch } from '../help-crunch.ts'
import type { Section } from '../section.ts'
import { startService } from '../service.ts'
import { median, percentile } from '../statistics.ts'
import { startCopies } from './copies.ts'
import type { BenchDatabase, DatabaseServer } from './database-server.ts'
import { environmentOf } from './ingest.ts'

const COPIES = [1, 2, 4]
/** More than twice, and ten times what HelpCrunch takes of one account. */
const RATES = [5, 20]
const FULL = { rounds: 3, seconds: 3, warmUp: 100 }
const QUICK = { rounds: 1, seconds: 2, warmUp: 100 }
const WARM_UP_INTERVAL_MS = 25
const NO_LIMIT = { RATE_LIMIT_PER_MINUTE: '1000000', LOG_LEVEL: 'error' }

interface Target {
  readonly name: string
  readonly helpCrunch: HelpCrunch
  readonly database: BenchDatabase | null
  readonly measured: Map<number, Measured>
}

/** At one rate, round by round. */
interface Measured {
  readonly waitsMs: number[][]
  readonly statements: number[]
  readonly transactions: number[]
}

/** How long after a customer's first word the chat has its agent, where another copy receives than decides. */
export function clusterLatency(server: DatabaseServer): Section {
  return async ({ isQuick, directory }) => {
    const { rounds, seconds, warmUp } = isQuick ? QUICK : FULL
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
      const empty = (): Measured => ({ waitsMs: [], statements: [], transactions: [] })
      targets.push({ name, helpCrunch, database, measured: new Map(RATES.map((rate) => [rate, empty()])) })
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

    for (const { helpCrunch } of targets) await openChats(helpCrunch, warmUp, WARM_UP_INTERVAL_MS)
    for (let round = 0; round < rounds; round += 1) {
      for (const rate of RATES) {
        for (const target of round % 2 === 0 ? targets : targets.toReversed()) await measure(target, rate, seconds)
      }
    }
    return {
      title: `from webhook to PUT, webhooks to the copies in turn, median of ${rounds} rounds of ${seconds} s each`,
      rows: RATES.flatMap((rate) => targets.map((target) => rowOf(target, rate))),
      notes: [
        'one account without a limit; HelpCrunch itself takes two requests a second of an account',
        'from before the webhook is signed to the arrival of the PUT; HelpCrunch’s own webhook about each PUT comes on top',
        'with n copies, one of n webhooks reaches the copy that decides',
        'statements and transactions of everything that copies do meanwhile, begin and commit among them',
      ],
    }
  }
}

function rowOf({ name, database, measured }: Target, rate: number) {
  const { waitsMs, statements, transactions } = measured.get(rate) as Measured
  const of = (share: number) => median(waitsMs.map((each) => percentile(each, share)))
  return {
    copies: name,
    'new chats a second': rate,
    'p50 ms': of(0.5),
    'p99 ms': of(0.99),
    'longest ms': of(1),
    'statements per assignment': database === null ? '' : median(statements),
    'transactions per assignment': database === null ? '' : median(transactions),
  }
}

async function measure({ helpCrunch, database, measured }: Target, rate: number, seconds: number): Promise<void> {
  const { waitsMs, statements, transactions } = measured.get(rate) as Measured
  const chats = rate * seconds
  const before = await database?.work()
  waitsMs.push(await openChats(helpCrunch, chats, 1000 / rate))
  const after = await database?.work()
  if (before === undefined || after === undefined) return
  statements.push((after.statements - before.statements) / chats)
  transactions.push((after.transactions - before.transactions) / chats)
}
