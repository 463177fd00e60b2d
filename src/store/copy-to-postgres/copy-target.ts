import { sql } from 'kysely'
import { StoreUnavailable } from '../contract.ts'
import type { Engine } from '../engines/engine.ts'
import { isAlive } from '../leases.ts'
import type { Database, Tx } from '../schema.ts'

const LOCK_NOT_AVAILABLE = '55P03'

/**
 * Locks out other programs while an account is copied: no instance can join, and no webhook is stored.
 * @throws StoreUnavailable if another copy, or an instance, is at work
 */
export async function keepOthersOut(tx: Tx, engine: Engine): Promise<void> {
  await sql`select set_config('statement_timeout', '0', true), set_config('idle_in_transaction_session_timeout', '0', true),
    set_config('lock_timeout', '3s', true)`.execute(tx)
  try {
    // The mode conflicts with itself, so two copies wait for each other, too.
    await sql`lock table copy, event, inbox in share row exclusive mode`.execute(tx)
  } catch (error) {
    if ((error as { code?: unknown }).code !== LOCK_NOT_AVAILABLE) throw error
    throw new StoreUnavailable('another program is at work in this database, such as another move', { cause: error })
  }
  await sql`select set_config('lock_timeout', '0', true)`.execute(tx)
  await refuseBesideInstances(tx, engine)
}

/**
 * Checks that no instance is alive on the database.
 * @throws StoreUnavailable if one is
 */
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
 * Checks that no instance has served the account here: what an instance did or acknowledged in PostgreSQL exists
 * nowhere else and is never replaced. All other rows of the account are from an earlier copy.
 * @throws StoreUnavailable if an instance has served the account
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
