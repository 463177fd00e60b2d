import { sql } from 'kysely'
import type { AccountId } from '../domain.ts'
import type { Database } from './schema.ts'

/** The account's number; a new account is added. */
export async function findOrAddAccount(db: Database, name: string): Promise<AccountId> {
  const known = await findAccount(db, name)
  if (known !== null) return known
  // Another instance may add the account at the same moment.
  await db
    .insertInto('account')
    .values({ name, fence: 0, waiting: 0, decided: 0 })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .execute()
  return (await findAccount(db, name)) as AccountId
}

/** An account's number; `null`: no instance has served the account on this database. */
export async function findAccount(db: Database, name: string): Promise<AccountId | null> {
  const row = await db.selectFrom('account').select('id').where('name', '=', name).executeTakeFirst()
  return row?.id ?? null
}

/** The names of all accounts that were ever served on this database. */
export async function accountNames(db: Database): Promise<string[]> {
  const rows = await db.selectFrom('account').select('name').orderBy('name').execute()
  return rows.map(({ name }) => name)
}

/** The accounts with rows in the inbox: one step into an index for each account, however many rows there are. */
export async function accountsWithInbox(db: Database): Promise<AccountId[]> {
  const { rows } = await sql<{ id: AccountId }>`
    with recursive left_for(id) as (
      select min(account_id) from inbox
      union all
      select (select min(account_id) from inbox where account_id > left_for.id) from left_for where left_for.id is not null
    ) select id from left_for where id is not null
  `.execute(db)
  return rows.map(({ id }) => id)
}
