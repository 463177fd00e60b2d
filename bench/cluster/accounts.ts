import { writeFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { SIGNING_KEY } from '../help-crunch.ts'
import type { Section } from '../section.ts'
import { startCopies, type Copies } from './copies.ts'
import type { BenchDatabase, DatabaseServer } from './database-server.ts'
import { until } from './inbox.ts'
import { nameOf } from './many-accounts.ts'
import { startTraffic, type TrafficProcess } from './traffic-process.ts'

const COPIES = 4
const FULL = {
  accounts: 1000,
  seconds: 12,
  rates: [10, 25, 50, 75, 100, 150, 200, 300, 400, 600, 800],
  most: 2000,
  mostSeconds: 30,
}
const QUICK = { accounts: 40, seconds: 3, rates: [50, 200], most: 400, mostSeconds: 3 }
/** It keeps up as long as no more chats wait than came in so many seconds. */
const BEHIND_SECONDS = 1

interface Running {
  readonly copies: Copies
  readonly database: BenchDatabase
  readonly traffic: TrafficProcess
}

/** What 1,000 accounts cost when nothing happens, and how many chats a second they get assigned. */
export function clusterAccounts(server: DatabaseServer): Section {
  return async ({ isQuick, directory }) => {
    const { accounts, seconds, rates, most, mostSeconds } = isQuick ? QUICK : FULL
    await using stack = new AsyncDisposableStack()
    const traffic = stack.use(await startTraffic(accounts))
    const database = stack.use(await server.create())
    const file = `${directory}/accounts.yaml`
    writeFileSync(file, accountsFile(accounts, traffic.url))
    const startedAt = performance.now()
    const copies = stack.use(await startCopies(COPIES, database.url, { ACCOUNTS_FILE: file }))
    await until<{ count: string }>(
      database,
      'select count(distinct account_id) from agent where is_listed = 1',
      ([row]) => Number(row?.count) === accounts,
    )
    const startSeconds = (performance.now() - startedAt) / 1000
    const running = { copies, database, traffic }

    await delay(2000)
    const rows = [await measure(running, 0, seconds)]
    for (const perSecond of [...rates, most]) {
      const isMost = perSecond === most
      if (!isMost && rows.some((row) => row['keeps up'] === 'no')) continue
      rows.push(await measure(running, perSecond, isMost ? mostSeconds : seconds))
      if (!isMost) await delay(1000)
    }
    const [moved] = await database.query<{ times: string }>('select sum(fence) - count(*) as times from account')
    return {
      title: `${accounts.toLocaleString('en')} accounts on ${COPIES} copies, new chats a second over all of them`,
      rows,
      notes: [
        `started, with leases and rosters for all accounts, in ${startSeconds.toFixed(1)} s; ${copies.memoryMb().toFixed(0)} MB in the largest copy at the end`,
        `meanwhile ${moved?.times} accounts went over to another copy; bytes a row, indexes included: ${await rowSizes(database)}`,
        'each new chat is two webhooks, chat.new and chat.assigned, and one PUT; CPU in cores, and of all copies together',
        `keeps up: at the end no more chats wait than come in ${BEHIND_SECONDS} s; after the first rate that is too much, only the highest is tried`,
      ],
    }
  }
}

async function measure({ copies, database, traffic }: Running, perSecond: number, seconds: number) {
  const cpu = () => ({ copies: copies.cpuMs(), traffic: traffic.cpuMs() })
  const before = { ...(await database.work()), ...cpu() }
  const startedAt = performance.now()
  const result = await traffic.run({ urls: copies.urls, perSecond, seconds })
  const elapsedMs = performance.now() - startedAt
  const after = { ...cpu(), ...(await database.work()) }
  const each = (count: number) => (result.assigned === 0 ? '' : count / result.assigned)
  const statements = after.statements - before.statements
  const transactions = after.transactions - before.transactions
  return {
    'new chats a second': perSecond,
    'assigned a second': (result.assigned / elapsedMs) * 1000,
    'keeps up': result.waiting <= Math.max(5, perSecond * BEHIND_SECONDS) ? 'yes' : 'no',
    'waiting halfway': result.waitingHalfway,
    'waiting at the end': result.waiting,
    'p50 ms': result.assigned === 0 ? '' : result.p50Ms,
    'p99 ms': result.assigned === 0 ? '' : result.p99Ms,
    'PostgreSQL CPU': (after.cpuMs - before.cpuMs) / elapsedMs,
    'copies CPU': (after.copies - before.copies) / elapsedMs,
    'traffic CPU': (after.traffic - before.traffic) / elapsedMs,
    'statements a second': (statements / elapsedMs) * 1000,
    'per assignment': each(statements),
    'transactions a second': (transactions / elapsedMs) * 1000,
    'per assignment, too': each(transactions),
    connections: after.connections,
    'MB in a copy': copies.memoryMb(),
    'sent again': result.repeated,
  }
}

/** What a row takes in the tables that grow. */
async function rowSizes(database: BenchDatabase): Promise<string> {
  await database.query('analyze')
  const rows = await database.query<{ name: string; bytes: string }>(
    `select relname as name, round(pg_total_relation_size(oid) / reltuples) as bytes from pg_class
     where relname in ('event', 'assignment', 'chat', 'decision', 'customer_agent') and reltuples > 0 order by 1`,
  )
  return rows.map(({ name, bytes }) => `${name} ${bytes}`).join(', ')
}

function accountsFile(count: number, apiUrl: string): string {
  const accounts = Array.from({ length: count }, (_each, index) => ({
    name: nameOf(index),
    apiKey: nameOf(index),
    signingKey: SIGNING_KEY,
    apiUrl,
    // Five times HelpCrunch's: what is measured is the service.
    requestsPerMinute: 600,
  }))
  return JSON.stringify({ accounts })
}
