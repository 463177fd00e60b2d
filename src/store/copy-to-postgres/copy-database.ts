import { Kysely, sql } from 'kysely'
import type { Clock } from '../../domain.ts'
import { StoreUnavailable } from '../contract.ts'
import { copyAccount, type Progress } from './copy-account.ts'
import { COPIED_TABLES } from './copied-tables.ts'
import { openSource, type Source } from './copy-source.ts'
import { refuseBesideInstances } from './copy-target.ts'
import type { Engine } from '../engines/engine.ts'
import { migrate } from '../migrate.ts'
import { openPostgres } from '../engines/postgres.ts'
import type { Database, Tables } from '../schema.ts'
import { explain, isSqliteError } from '../engines/sqlite-file.ts'

const TELL_EVERY = 100_000

/**
 * Copies an embedded database into PostgreSQL: each account in one transaction, which replaces an earlier copy of it.
 * The source is not changed.
 * @param from `file:` and a path
 * @param to `postgres://…`; no message contains it, since it may have a password
 * @param account the name of the only account in the target; `null`: all accounts keep their names
 * @param say called with each line of progress
 * @throws StoreUnavailable with a sentence, and Error if an account could not be copied
 */
export async function copyDatabase(parts: {
  from: string
  to: string
  account: string | null
  clock: Clock
  say: (line: string) => void
}): Promise<void> {
  const { from, to, clock, say } = parts
  if (!from.startsWith('file:')) throw new StoreUnavailable('--from should be file: and the path of a database')
  if (!/^postgres(ql)?:\/\/./.test(to) || !URL.canParse(to.replace('@/', '@host/')))
    throw new StoreUnavailable('--to should be postgres:// and the address of a PostgreSQL database')
  using source = openSource(from)
  const moves = movesOf(source, parts.account)
  const engine = await openPostgres(to, clock, '--to')
  const db = new Kysely<Tables>({ dialect: engine.dialect })
  try {
    await prepare(db, engine)
    await engine.migrate(db, async (patient) => {
      for (const { account, name } of moves) {
        const tell = createProgress(name, clock, say)
        await patient
          .transaction()
          .execute((tx) => copyAccount(tx, engine, source, account, name, tell))
          .catch((error: unknown) => {
            throw new Error(`account "${name}" was not moved: ${reasonOf(error)}`, { cause: error })
          })
        say(`${name}: moved, all rows were counted`)
      }
      // Without new statistics, PostgreSQL would plan the first decisions as for empty tables.
      for (const [table] of COPIED_TABLES) await sql`analyze ${sql.table(table)}`.execute(patient)
    })
  } finally {
    await db.destroy()
    await engine.close()
  }
}

function movesOf({ accounts }: Source, name: string | null) {
  const [account] = accounts
  if (account === undefined) throw new StoreUnavailable('--from: there is no account in this database')
  if (name === null) return accounts.map((each) => ({ account: each, name: each.name }))
  if (accounts.length > 1)
    throw new StoreUnavailable(
      `--account names the only account of a database, and in this one there are several: ${accounts.map((each) => each.name).join(', ')}`,
    )
  return [{ account, name }]
}

async function prepare(db: Database, engine: Engine): Promise<void> {
  try {
    await refuseBesideInstances(db, engine)
    const notice = await migrate(db, engine)
    if (notice !== null) throw new StoreUnavailable('the database was migrated by a newer version of this service')
  } catch (error) {
    throw new StoreUnavailable(`--to: ${(error as Error).message}`, { cause: error })
  }
}

function createProgress(name: string, clock: Clock, say: (line: string) => void): Progress {
  let since = clock.monotonic()
  let told = 0
  return (table, rows, isDone) => {
    if (!isDone && rows < told + TELL_EVERY) return
    const seconds = ((clock.monotonic() - since) / 1000).toFixed(1)
    say(`${name}: ${table}  ${rows} rows${isDone ? '' : ' …'}, ${seconds} s`)
    told = isDone ? 0 : rows
    if (isDone) since = clock.monotonic()
  }
}

function reasonOf(error: unknown): string {
  return isSqliteError(error) ? explain(error) : (error as Error).message
}
