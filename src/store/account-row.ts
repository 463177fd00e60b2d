import type { AccountId, LearnedBurst } from '../domain.ts'
import type { Database, Tables } from './schema.ts'
import type { Scope } from './scope.ts'

/** The account's number; one that is not known yet gets one. */
export async function findOrAddAccount(db: Database, name: string): Promise<AccountId> {
  const known = await findAccount(db, name)
  if (known !== null) return known
  // Another copy may add it at the same moment.
  await db
    .insertInto('account')
    .values({ name, fence: 0, waiting: 0, decided: 0 })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .execute()
  return (await findAccount(db, name)) as AccountId
}

/** An account's number, or `null` where no service has served it on this database. */
export async function findAccount(db: Database, name: string): Promise<AccountId | null> {
  const row = await db.selectFrom('account').select('id').where('name', '=', name).executeTakeFirst()
  return row?.id ?? null
}

/** The names of all accounts that were ever served on this database. */
export async function accountNames(db: Database): Promise<string[]> {
  const rows = await db.selectFrom('account').select('name').orderBy('name').execute()
  return rows.map(({ name }) => name)
}

/** What there is once of each account. */
export async function readAccount({ db, accountId }: Scope) {
  const row = await db.selectFrom('account').selectAll().where('id', '=', accountId).executeTakeFirstOrThrow()
  const { burst, burst_learned_at: learnedAt } = row
  const learned: LearnedBurst | null = burst === null || learnedAt === null ? null : { burst, learnedAt }
  return {
    learned,
    heldUntil: row.held_until,
    searchedUntil: row.searched_until,
    waiting: row.waiting,
    decided: row.decided,
  }
}

/** Changes some of what there is once of each account. */
export async function writeAccount(
  { db, accountId }: Scope,
  values: Partial<Pick<Tables['account'], 'burst' | 'burst_learned_at' | 'held_until' | 'searched_until'>>,
): Promise<void> {
  await db.updateTable('account').set(values).where('id', '=', accountId).execute()
}
