import { createHash } from 'node:crypto'
import type { ClientBase } from 'pg'

/** Longer than any statement of ours takes on a healthy database. */
const STATEMENT_TIMEOUT_MS = 4000
/** An instance that hangs in a transaction would keep its accounts from the other instances. */
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 2000
/** More names than this service needs. Without a limit, generated statements would fill the server's memory. */
const MOST_NAMES = 300

/** How statements are sent over a connection. */
export interface Session {
  /** Begins a transaction. */
  readonly begin: string
  /** Settings hold for one transaction only, so each writing statement needs its own. */
  readonly isPooled: boolean
  /** The name under which the server keeps the statement's plan, or `undefined`. */
  readonly nameOf: (text: string) => string | undefined
}

/** For migrations: no time-outs. */
export const PATIENT: Session = { begin: 'begin', isPooled: false, nameOf: () => undefined }

/**
 * Through a pooler, the next transaction may run in another server process, without earlier settings and prepared
 * statements.
 */
export const POOLED: Session = { begin: `begin; ${setUp(true)}`, isPooled: true, nameOf: () => undefined }

/** The first statement on a direct connection to the server. */
export const SET_UP = setUp(false)

/**
 * Creates the session for direct connections. PostgreSQL keeps the plan of a named statement as long as the connection
 * lasts. An unnamed statement is planned each time, which takes three times as long as running it (docs/scale.md).
 */
export function createDirectSession(): Session {
  const names = new Map<string, string>()
  return {
    begin: 'begin',
    isPooled: false,
    nameOf(text) {
      const known = names.get(text)
      if (known !== undefined || names.size >= MOST_NAMES) return known
      const name = createHash('sha256').update(text).digest('base64url')
      names.set(text, name)
      return name
    },
  }
}

/**
 * Whether the connection is direct: the server process has the id that was announced at connecting. A pooler announces
 * an id of its own (postgresql.org/docs/current/protocol-flow.html, BackendKeyData).
 */
export async function isServersOwn(client: ClientBase): Promise<boolean> {
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
  return rows[0]?.pid === (client as unknown as { processID: number }).processID
}

/**
 * The statement with a connection's settings. Time-outs. A commit is on the disk before it is answered, and a stricter
 * setting stays. Plans use an index wherever possible: each statement has a suitable one, but a kept plan may be from
 * when a table was nearly empty and a full scan was cheaper. No JIT: such plans look expensive, and before version 18
 * PostgreSQL would compile them. These are set by a statement, since a pooler refuses unknown connection parameters.
 */
function setUp(isForTransaction: boolean): string {
  const commit = `current_setting('synchronous_commit')`
  const set = [
    `set_config('statement_timeout', '${STATEMENT_TIMEOUT_MS}', ${isForTransaction})`,
    `set_config('idle_in_transaction_session_timeout', '${IDLE_IN_TRANSACTION_TIMEOUT_MS}', ${isForTransaction})`,
    `set_config('enable_seqscan', 'off', ${isForTransaction})`,
    `set_config('jit', 'off', ${isForTransaction})`,
    `set_config('synchronous_commit', case ${commit} when 'off' then 'on' else ${commit} end, ${isForTransaction})`,
  ]
  return `select ${set.join(', ')}`
}
