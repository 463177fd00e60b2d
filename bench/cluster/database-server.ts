import { randomUUID } from 'node:crypto'
import { Client } from 'pg'
import { startEmbeddedPostgres } from '../../test/support/embedded-postgres.ts'
import { pinProcess } from '../cores.ts'
import { readCpuMs } from '../process-figures.ts'

/** What a database has done so far, and who is connected to it. */
interface Work {
  /** `NaN` where the server does not count them. */
  readonly statements: number
  readonly transactions: number
  readonly connections: number
}

export interface DatabaseServer extends AsyncDisposable {
  /** Makes an empty database. */
  create(): Promise<BenchDatabase>
  /** CPU time of all its processes; `NaN` for a server that was not started here. */
  cpuMs(): number
  /** Moves the server to these cores, unless it was not started here. */
  pin(cores: string): void
}

export interface BenchDatabase extends AsyncDisposable {
  readonly url: string
  query<Row extends object>(sql: string): Promise<Row[]>
  work(): Promise<Work>
}

/**
 * The server that TEST_DATABASE_URL names, or one from npm with PostgreSQL's own settings: a commit reaches the disk
 * before it is answered.
 */
export async function openDatabaseServer(): Promise<DatabaseServer> {
  const named = process.env.TEST_DATABASE_URL ?? ''
  if (named !== '') return serverAt(named, null, () => Promise.resolve())
  const server = await startEmbeddedPostgres({ isDurable: true })
  const admin = await connect(server.url)
  await admin.query('alter system set shared_preload_libraries = pg_stat_statements')
  await admin.end()
  await server.restart('fast')
  return serverAt(server.url, server.pid, () => server.stop())
}

function serverAt(adminUrl: string, pid: number | null, stop: () => Promise<void>): DatabaseServer {
  const names: string[] = []
  async function command(sql: string): Promise<void> {
    const client = await connect(adminUrl)
    await client.query(sql).finally(() => client.end())
  }

  return {
    cpuMs: () => (pid === null ? Number.NaN : readCpuMs(pid)),
    pin(cores) {
      if (pid !== null) pinProcess(pid, cores)
    },
    async create() {
      const name = `bench_${randomUUID()}`
      await command(`create database "${name}" template template0`)
      names.push(name)
      const url = new URL(adminUrl)
      url.pathname = name
      const client = await connect(url.href)
      const isCounted = await client
        .query('create extension if not exists pg_stat_statements')
        .then(
          () => client.query('select count(*) from pg_stat_statements').then(() => true),
          () => false,
        )
        .catch(() => false)
      const one = async (sql: string) => Number(Object.values((await client.query<object>(sql)).rows[0] ?? {})[0])
      return {
        url: url.href,
        query: async <Row extends object>(sql: string) => (await client.query<Row>(sql)).rows,
        async work() {
          return {
            statements: isCounted ? await one(STATEMENTS) : Number.NaN,
            transactions: await one(TRANSACTIONS),
            connections: await one(CONNECTIONS),
          }
        },
        [Symbol.asyncDispose]: () => client.end(),
      }
    },
    async [Symbol.asyncDispose]() {
      for (const name of names) await command(`drop database "${name}" with (force)`)
      await stop()
    },
  }
}

async function connect(url: string): Promise<Client> {
  const client = new Client(url)
  // Ctrl-C ends the server first.
  client.on('error', () => undefined)
  await client.connect()
  return client
}

const OF_DATABASE = '(select oid from pg_database where datname = current_database())'
const STATEMENTS = `select sum(calls) from pg_stat_statements where dbid = ${OF_DATABASE}`
const TRANSACTIONS = 'select xact_commit + xact_rollback from pg_stat_database where datname = current_database()'
/** All connections but the one of this query. */
const CONNECTIONS = `select count(*) - 1 from pg_stat_activity where datname = current_database() and backend_type = 'client backend'`
