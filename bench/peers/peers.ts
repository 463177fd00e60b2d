import type { DatabaseServer } from '../cluster/database-server.ts'
import { startInstances } from '../cluster/instances.ts'
import { SERVICE_CORE } from '../cores.ts'
import { emptyRounds, medians, pace, saturate, type Rounds, type Subject } from '../measure-assignments.ts'
import { readCpuMs, untilIdle } from '../process-figures.ts'
import type { Row, Section } from '../section.ts'
import { startServer } from '../server-process.ts'
import { NO_LIMIT, NODE_OPTIONS, ONE_ACCOUNT, startWithFile } from '../service.ts'
import { startBareProgram } from '../start-bare-program.ts'
import { startTraffic } from '../traffic/traffic-process.ts'
import { TEAM } from '../traffic/wire.ts'
import { isRedisInstalled, startRedis } from './redis-server.ts'

const PER_SECOND = 100
const FULL = { rounds: 3, seconds: 5, maxWaiting: 256 }
const QUICK = { rounds: 1, seconds: 2, maxWaiting: 64 }
type Start = (stack: AsyncDisposableStack, apiUrl: string) => Promise<{ urls: readonly string[]; cpuMs: () => number }>

/** The same job, a webhook stored durably and one PUT, with the libraries that a user would pick instead. */
export function peers(server: DatabaseServer): Section {
  return async ({ isQuick, directory }) => {
    server.pin(SERVICE_CORE)
    const { rounds, seconds, maxWaiting } = isQuick ? QUICK : FULL
    const hasRedis = isRedisInstalled()
    const rows: Row[] = []
    let base: Rounds | null = null
    for (const [name, start] of Object.entries(startersOf(server, directory, hasRedis))) {
      await using stack = new AsyncDisposableStack()
      const traffic = stack.use(await startTraffic(TEAM))
      const subject: Subject = { name, isEchoed: false, ...(await start(stack, traffic.url)) }
      const [paced, saturated] = [emptyRounds(), emptyRounds()]
      await saturate(traffic, subject, { seconds, maxWaiting }, emptyRounds())
      for (let round = 0; round < rounds; round += 1) {
        await untilIdle(subject.cpuMs)
        await pace(traffic, subject, { perSecond: PER_SECOND, seconds }, paced)
        await saturate(traffic, subject, { seconds, maxWaiting }, saturated)
      }
      base ??= saturated
      rows.push(rowOf(name, paced, saturated, base))
    }
    return {
      title: `a webhook and its PUT, by other means; program and database on one core; median of ${rounds} rounds`,
      rows,
      notes: [
        `at saturation ${maxWaiting} chats wait all the time; CPU of program and database server together`,
        'every database has a webhook on the disk before it is answered (Redis: appendfsync always)',
        'only the service chooses among agents, keeps to a request limit, and records why',
        ...(hasRedis ? [] : ['BullMQ is left out: no redis-server is installed']),
      ],
    }
  }
}

function startersOf(server: DatabaseServer, directory: string, hasRedis: boolean): Record<string, Start> {
  const program = async (stack: AsyncDisposableStack, script: string, environment: Record<string, string>) =>
    stack.use(
      await startServer(new URL(script, import.meta.url), {
        nodeOptions: NODE_OPTIONS,
        environment: { ...ONE_ACCOUNT, ...environment },
      }),
    )
  const withPostgres =
    (script: string): Start =>
    async (stack, apiUrl) => {
      const database = stack.use(await server.create())
      const { url, pid } = await program(stack, script, { HELPCRUNCH_API_URL: apiUrl, DATABASE_URL: database.url })
      return { urls: [url], cpuMs: () => readCpuMs(pid) + server.cpuMs() }
    }
  const withRedis: Start = async (stack, apiUrl) => {
    const redis = stack.use(await startRedis(directory))
    const { url, pid } = await program(stack, 'programs/bullmq.ts', {
      HELPCRUNCH_API_URL: apiUrl,
      REDIS_URL: redis.url,
    })
    return { urls: [url], cpuMs: () => readCpuMs(pid) + redis.cpuMs() }
  }
  return {
    'bare program, SQLite': async (stack, apiUrl) => {
      const { url, pid } = stack.use(await startBareProgram(apiUrl, `${directory}/bare.db`))
      return { urls: [url], cpuMs: () => readCpuMs(pid) }
    },
    'service, SQLite': async (stack, apiUrl) => {
      const { url, pid } = stack.use(await startWithFile(apiUrl, `${directory}/service.db`, NO_LIMIT))
      return { urls: [url], cpuMs: () => readCpuMs(pid) }
    },
    'service, PostgreSQL': async (stack, apiUrl) => {
      const database = stack.use(await server.create())
      const environment = { ...ONE_ACCOUNT, ...NO_LIMIT, HELPCRUNCH_API_URL: apiUrl }
      const { urls, cpuMs } = stack.use(await startInstances(1, database.url, environment))
      return { urls, cpuMs: () => cpuMs() + server.cpuMs() }
    },
    'graphile-worker, PostgreSQL': withPostgres('programs/graphile-worker.ts'),
    'pg-boss, PostgreSQL': withPostgres('programs/pg-boss.ts'),
    ...(hasRedis ? { 'BullMQ, Redis': withRedis } : {}),
  }
}

function rowOf(name: string, paced: Rounds, saturated: Rounds, base: Rounds): Row {
  const [atRate, most] = [medians(paced), medians(saturated)]
  return {
    '': name,
    'a second at saturation': most.perSecond,
    '÷ bare program': most.perSecond / medians(base).perSecond,
    'CPU each, ms': most.cpuMs,
    [`CPU each at ${PER_SECOND} a second, ms`]: atRate.cpuMs,
    'p50 ms': atRate.p50Ms,
    'p99 ms': atRate.p99Ms,
    'without a PUT 20 s later': atRate.missing,
    'sender CPU at saturation': most.senderShare,
  }
}
