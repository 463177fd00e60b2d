import { sql } from 'kysely'
import { StoreUnavailable } from '../contract.ts'
import type { Engine } from '../engines/engine.ts'
import { isAlive } from '../leases.ts'
import type { Database, Tx } from '../schema.ts'

const LOCK_NOT_AVAILABLE = '55P03'

/**
 * Keeps everybody else from the database while an account is moved into it: no copy of the service can begin to live, and no
 * webhook is stored.
 * @throws StoreUnavailable where another program is faster
 */
export async function keepOthersOut(tx: Tx, engine: Engine): Promise<void> {
  await sql`select set_config('statement_timeout', '0', true), set_config('idle_in_transaction_session_timeout', '0', true),
    set_config('lock_timeout', '3s', true)`.execute(tx)
  try {
    // One move waits for the other, too: this mode is in its own way.
    await sql`lock table copy, event, inbox in share row exclusive mode`.execute(tx)
  } catch (error) {
    if ((error as { code?: unknown }).code !== LOCK_NOT_AVAILABLE) throw error
    throw new StoreUnavailable('another program is at work in this database, such as another move', { cause: error })
  }
  await sql`select set_config('lock_timeout', '0', true)`.execute(tx)
  await refuseBesideInstances(tx, engine)
}

/** @throws StoreUnavailable where an instance of the service is alive on the database */
export async function refuseBesideInstances(db: Database, engine: Engine): Promise<void> {
  const { rows: tables } = await sql<{ exists: boolean }>`select to_regclass('copy') is not null as exists`.execute(db)
  if (tables[0]?.exists !== true) return
  const { rows } = await sql<{ n: number }>`select count(*) as n from copy where ${isAlive(engine)}`.execute(db)
  const instances = rows[0]?.n ?? 0
  if (instances > 0)
    throw new StoreUnavailable(
      `${instances === 1 ? 'an instance' : `${instances} instances`} of this service ${instances === 1 ? 'runs' : 'run'} on this database; stop ${instances === 1 ? 'it' : 'them'}, and run this again`,
    )
}

/**
 * What a service has done or acknowledged in PostgreSQL is nowhere else: it is never replaced. Whatever else is there of
 * the account was moved in before.
 * @throws StoreUnavailable where a service has worked for the account here
 */
export async function refuseWhereServed(tx: Tx, name: string): Promise<void> {
  const account = await tx.selectFrom('account').select(['id', 'fence']).where('name', '=', name).executeTakeFirst()
  if (account === undefined) return
  const webhook = await tx
    .selectFrom('inbox')
    .select('id')
    .where('account_id', '=', account.id)
    .where('chat_id', 'is not', null)
    .limit(1)
    .executeTakeFirst()
  if (account.fence > 0 || webhook !== undefined)
    throw new StoreUnavailable(
      `the service has worked for it in PostgreSQL since, and that would be lost; name an empty database, or see docs/database.md for how to give it up`,
    )
}
