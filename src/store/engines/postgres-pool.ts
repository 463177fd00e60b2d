import type { PostgresPool, PostgresPoolClient } from 'kysely'
import { DatabaseError, Pool, types as pgTypes, type ClientBase, type PoolClient } from 'pg'
import { createDirectSession, isServersOwn, PATIENT, POOLED, SET_UP, type Session } from './postgres-session.ts'
import { createSlots } from './slots.ts'

const CONNECT_TIMEOUT_MS = 3000
/** If the network is cut, no answer arrives, not even that of the server's own time-out. */
const ANSWER_TIMEOUT_MS = 5000
const IDLE_CONNECTION_TIMEOUT_MS = 30_000
/** The address may lead to another server later. */
const MAX_LIFETIME_SECONDS = 600
const INT8 = 20

const CLIENT_NAME = 'helpcrunch-autoassign'

/** Parses `bigint` as a number: ids and times are far below 2^53. */
const types = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === INT8 ? Number : pgTypes.getTypeParser(oid, format)) as typeof pgTypes.getTypeParser,
}

export const CONNECTION = {
  connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  keepAlive: true,
  keepAliveInitialDelayMillis: 5000,
  fallback_application_name: CLIENT_NAME,
  types,
}

/** A connection, and whether each writing statement needs a transaction of its own. */
interface WatchedClient extends PostgresPoolClient {
  readonly isPooled: boolean
}

export interface WatchedPool extends PostgresPool {
  connect(): Promise<WatchedClient>
}

/**
 * A bounded pool. A connection is dropped after a server refusal or a lost link: it may point to a former primary.
 * @param connections the most connections; a caller that finds none free waits, and its time-out starts afterwards
 * @param isPatient no time-outs, for migrations
 */
export function openPool(connectionString: string, connections: number, isPatient = false): WatchedPool {
  const slots = createSlots(connections)
  const direct = createDirectSession()
  const isDirect = new WeakSet<ClientBase>()
  const pool = new Pool({
    ...CONNECTION,
    connectionString,
    max: connections,
    idleTimeoutMillis: IDLE_CONNECTION_TIMEOUT_MS,
    maxLifetimeSeconds: MAX_LIFETIME_SECONDS,
    ...(isPatient ? {} : { query_timeout: ANSWER_TIMEOUT_MS }),
    async onConnect(client) {
      if (isPatient || !(await isServersOwn(client))) return
      await client.query(SET_UP)
      isDirect.add(client)
    },
  })
  // An idle connection broke; the pool has dropped it already.
  pool.on('error', () => undefined)
  return {
    options: pool.options,
    end: () => pool.end(),
    async connect() {
      await slots.take()
      try {
        const client = await pool.connect()
        const session = isPatient ? PATIENT : isDirect.has(client) ? direct : POOLED
        return watch(client, session, slots.giveBack)
      } catch (error) {
        slots.giveBack()
        throw fromDriver(error as Error)
      }
    },
  }
}

function watch(client: PoolClient, { begin, isPooled, nameOf }: Session, onReleased: () => void): WatchedClient {
  let brokenBy: Error | null = null
  // A connection in use has no other error listener; the waiting query gets the error, too.
  const noteBroken = (error: Error) => (brokenBy ??= fromDriver(error))
  client.on('error', noteBroken)
  return {
    isPooled,
    query: (async (text: string, parameters: unknown[]) => {
      // If the last query got no answer, a rollback would get none either.
      if (brokenBy !== null && !(brokenBy instanceof DatabaseError)) throw brokenBy
      try {
        if (text === 'begin') return await client.query(begin)
        // Only statements with parameters gain from a prepared plan.
        const name = parameters.length === 0 ? undefined : nameOf(text)
        return await client.query(
          name === undefined ? { text, values: parameters } : { name, text, values: parameters },
        )
      } catch (error) {
        fromDriver(error as Error)
        if (isServerRefusal(error)) noteBroken(error)
        throw error
      }
    }) as unknown as PostgresPoolClient['query'],
    release() {
      client.off('error', noteBroken)
      client.release(brokenBy !== null)
      onReleased()
    },
  }
}

/** Errors thrown by the driver: many have neither a class nor a code. */
const thrownByDriver = new WeakSet<object>()

function fromDriver(error: Error): Error {
  thrownByDriver.add(error)
  return error
}

/**
 * Whether the server refused or the link to it failed, as opposed to a mistake of ours. SQLSTATE classes 22, 23 and 42
 * are about data and statements, except 42501, a missing right (postgresql.org/docs/current/errcodes-appendix.html).
 */
export function isServerRefusal(error: unknown): error is Error {
  if (!(error instanceof Error) || !thrownByDriver.has(error)) return false
  return !(error instanceof DatabaseError) || !/^(22|23|42(?!501))/.test(error.code ?? '')
}
