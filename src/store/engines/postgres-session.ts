import { createHash } from 'node:crypto'
import type { ClientBase } from 'pg'

/** Longer than any statement of ours takes on a database that is well. */
const STATEMENT_TIMEOUT_MS = 4000
/** An instance that stands still in a transaction would keep its accounts from the others. */
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 2000
/** More than this service has. Were one made anew each time, the server would have to remember them all. */
const MOST_NAMES = 300

/** How statements go to the server over a connection. */
export interface Session {
  /** Begins a transaction. */
  readonly begin: string
  /** What was set up holds for a transaction only, so that each statement that writes needs one. */
  readonly isPooled: boolean
  /** A name for the statement, or `undefined`. */
  readonly nameOf: (text: string) => string | undefined
}

/** Where migrations take as long as they take. */
export const PATIENT: Session = { begin: 'begin', isPooled: false, nameOf: () => undefined }

/** Through a pooler the next transaction may be another server process's: what was set for one, and what it was told, is gone. */
export const POOLED: Session = { begin: `begin; ${setUp(true)}`, isPooled: true, nameOf: () => undefined }

/** What a connection to the server itself begins with. */
export const SET_UP = setUp(false)

/**
 * To the server itself. Of a statement that has a name PostgreSQL keeps the plan, for as long as the connection lasts; without it
 * every statement is planned anew, which takes it three times as long as carrying it out (docs/scale.md).
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
 * Whether the server process at the other end is the one that was told of when it was connected to. A pooler tells of one of its
 * own making (postgresql.org/docs/current/protocol-flow.html, BackendKeyData).
 */
export async function isServersOwn(client: ClientBase): Promise<boolean> {
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
  return rows[0]?.pid === (client as unknown as { processID: number }).processID
}

/**
 * Time-outs, and that a commit is on the disk before it is answered; where more than that is asked for it stays. Plans that take an
 * index wherever there is one: each statement of the service has its own, but a plan that is kept may be from when a table was
 * nearly empty, and reading all of it was cheaper. (Such plans seem expensive; before version 18 PostgreSQL would compile them.)
 * By a statement, since a pooler refuses what it does not know among the parameters of a connection.
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
