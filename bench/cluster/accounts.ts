import { writeFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { ALL_CORES } from '../cores.ts'
import { beside } from '../goal.ts'
import type { Section } from '../section.ts'
import { percentile } from '../statistics.ts'
import { startTraffic, type TrafficProcess } from '../traffic/traffic-process.ts'
import { accountName, SIGNING_KEY, TEAM } from '../traffic/wire.ts'
import type { BenchDatabase, DatabaseServer } from './database-server.ts'
import { until } from './inbox.ts'
import { startInstances, type Instances } from './instances.ts'

const INSTANCES = 4
const GOAL_PER_SECOND = 250
const FULL = {
  accounts: 1000,
  seconds: 10,
  rates: [10, 25, 50, 100, 150, 200, 250, 300, 400, 600],
  most: 2000,
  mostSeconds: 20,
}
const QUICK = { accounts: 40, seconds: 2, rates: [25, 100], most: 400, mostSeconds: 2 }
/** It keeps up as long as no more chats wait than come in this time. */
const BEHIND_SECONDS = 1
/** The instances compare every two seconds how many accounts each has. */
const UNTIL_SPREAD_MS = 5000

interface Running {
  readonly server: DatabaseServer
  readonly instances: Instances
  readonly database: BenchDatabase
  readonly traffic: TrafficProcess
}

/** What 1,000 accounts cost at rest, and how many of their chats are assigned a second. */
export function clusterAccounts(server: DatabaseServer): Section {
  return async ({ isQuick, directory }) => {
    const { accounts, seconds, rates, most, mostSeconds } = isQuick ? QUICK : FULL
    await using stack = new AsyncDisposableStack()
    const traffic = stack.use(await startTraffic({ ...TEAM, accounts }, ALL_CORES))
    const database = stack.use(await server.create())
    const file = `${directory}/accounts.yaml`
    writeFileSync(file, accountsFile(accounts, traffic.url))
    const startedAt = performance.now()
    const instances = stack.use(await startInstances(INSTANCES, database.url, { ACCOUNTS_FILE: file }, ALL_CORES))
    await until<{ count: string }>(
      database,
      'select count(distinct account_id) from agent where is_listed = 1',
      ([row]) => Number(row?.count) === accounts,
    )
    const startSeconds = (performance.now() - startedAt) / 1000
    const running = { server, instances, database, traffic }

    await delay(UNTIL_SPREAD_MS)
    const leasesBefore = await countLeases(database)
    const rows = [await measure(running, 0, seconds)]
    for (const perSecond of [...rates, most]) {
      const isMost = perSecond === most
      if (!isMost && rows.some((row) => row['keeps up'] === 'no')) continue
      rows.push(await measure(running, perSecond, isMost ? mostSeconds : seconds))
    }
    const best = Math.max(...rows.map((row) => row['assigned a second']))
    const moved = (await countLeases(database)) - leasesBefore
    const { goal, reached } = beside({ atLeast: GOAL_PER_SECOND }, best)
    return {
      title: `${accounts.toLocaleString('en')} accounts on ${INSTANCES} instances, new chats a second over all of them`,
      rows,
      notes: [
        `most assigned a second: ${best.toFixed(0)}; goal: ${goal}; reached: ${reached}`,
        `started, with leases and rosters for all accounts, in ${startSeconds.toFixed(1)} s; ${instances.memoryMb().toFixed(0)} MB in the largest instance at the end`,
        `meanwhile ${moved} accounts went over to another instance; bytes a row, indexes included: ${await rowSizes(database)}`,
        'each new chat is two webhooks, chat.new and chat.assigned, and one PUT; CPU in cores, and of all instances together; the sender’s comes on top',
        `keeps up: at the end no more chats wait than come in ${BEHIND_SECONDS} s; after the first rate that is too much, only the highest is tried`,
      ],
    }
  }
}

async function measure({ server, instances, database, traffic }: Running, perSecond: number, seconds: number) {
  const cpu = () => ({ database: server.cpuMs(), instances: instances.cpuMs(), traffic: traffic.cpuMs() })
  const before = { ...(await database.work()), ...cpu() }
  const startedAt = performance.now()
  const result = await traffic.run({
    kind: 'pace',
    urls: instances.urls,
    isEchoed: true,
    perSecond,
    seconds,
    drainSeconds: 1,
  })
  const elapsedMs = performance.now() - startedAt
  const after = { ...cpu(), ...(await database.work()) }
  const { waitsMs } = result
  const each = (count: number) => (waitsMs.length === 0 ? '' : count / waitsMs.length)
  const inCores = (key: 'database' | 'instances' | 'traffic') => (after[key] - before[key]) / elapsedMs
  return {
    'new chats a second': perSecond,
    'assigned a second': result.assignedPerSecond,
    'keeps up': result.waitingAtEnd <= Math.max(5, perSecond * BEHIND_SECONDS) ? 'yes' : 'no',
    'waiting halfway': result.waitingHalfway,
    'waiting at the end': result.waitingAtEnd,
    'p50 ms': waitsMs.length === 0 ? '' : percentile(waitsMs, 0.5),
    'p99 ms': waitsMs.length === 0 ? '' : percentile(waitsMs, 0.99),
    'PostgreSQL CPU': inCores('database'),
    'instances CPU': inCores('instances'),
    'sender CPU': inCores('traffic'),
    'statements per assignment': each(after.statements - before.statements),
    'transactions per assignment': each(after.transactions - before.transactions),
    connections: after.connections,
    'MB in an instance': instances.memoryMb(),
    'sent again': result.repeated,
  }
}

/** How often an instance has taken an account. */
async function countLeases(database: BenchDatabase): Promise<number> {
  const [row] = await database.query<{ taken: string }>('select sum(fence) as taken from account')
  return Number(row?.taken)
}

/** What a row takes in the tables that grow. */
async function rowSizes(database: BenchDatabase): Promise<string> {
  await database.query('analyze')
  const rows = await database.query<{ name: string; bytes: string }>(
    `select relname as name, round(pg_total_relation_size(oid) / reltuples) as bytes from pg_class
     where relname in ('event', 'assignment', 'chat', 'decision', 'journal', 'customer_agent') and reltuples > 0 order by 1`,
  )
  return rows.map(({ name, bytes }) => `${name} ${bytes}`).join(', ')
}

function accountsFile(count: number, apiUrl: string): string {
  const accounts = Array.from({ length: count }, (_each, index) => ({
    name: accountName(index),
    apiKey: accountName(index),
    signingKey: SIGNING_KEY,
    apiUrl,
    // Five times HelpCrunch's: what is measured is the service.
    requestsPerMinute: 600,
  }))
  return JSON.stringify({ accounts })
}
