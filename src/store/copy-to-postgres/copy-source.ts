import { existsSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import type { Selectable } from 'kysely'
import type { AccountId } from '../../domain.ts'
import { StoreUnavailable } from '../contract.ts'
import { COPIED_TABLES, type CopiedTable, type NumberedTable, type Shifts } from './copied-tables.ts'
import { MIGRATION_NAMES } from '../migrate.ts'
import type { Tables } from '../schema.ts'
import { DatabaseInUse, explain, isOurs, isSqliteError, lockFile, pathOf } from '../engines/sqlite-file.ts'

/** A read-only view of an embedded database at one moment. */
export interface Source extends Disposable {
  readonly accounts: readonly Selectable<Tables['account']>[]
  count(table: CopiedTable, accountId: AccountId): number
  /** The smallest and the largest number of an account's rows, or `null` if it has none. */
  span(table: NumberedTable, accountId: AccountId): { first: number; last: number } | null
  /** An account's rows in the order of their key, converted to rows of account `as` in the other database. */
  rows(table: CopiedTable, accountId: AccountId, as: AccountId, shifts: Shifts): Iterable<object>
}

/**
 * Opens an embedded database that no instance has open, and keeps instances from opening it meanwhile. What command
 * line tools write meanwhile is not seen.
 * @throws StoreUnavailable with a sentence
 */
export function openSource(url: string): Source {
  const path = pathOf(url)
  if (!existsSync(path)) throw new StoreUnavailable(`--from: there is no database at ${path}`)
  const opened: DatabaseSync[] = []
  const close = (): void => opened.splice(0).forEach((each) => each.close())
  try {
    const database = new DatabaseSync(path, { readOnly: true })
    opened.push(database)
    // Checked before the lock, so that no lock file is made beside another program's file.
    if (!isOurs(database)) throw new StoreUnavailable(`--from: ${path} is not a database of this service`)
    opened.push(lockFile(`${path}.lock`))
    database.exec('begin')
    checkSchema(database, path)
    const accounts = database.prepare('select * from account order by name').all() as unknown as Source['accounts']
    return { accounts, ...queries(database), [Symbol.dispose]: close }
  } catch (error) {
    close()
    throw new StoreUnavailable(reasonOf(error, path), { cause: error })
  }
}

function reasonOf(error: unknown, path: string): string {
  if (isSqliteError(error)) return `--from: cannot open ${path}: ${explain(error)}`
  if (error instanceof DatabaseInUse) return `--from: a service has ${path} open; stop it, and run this again`
  return (error as Error).message
}

function checkSchema(database: DatabaseSync, path: string): void {
  const isMigrated = database.prepare(`select 1 from sqlite_schema where name = 'kysely_migration'`).get() !== undefined
  const rows = isMigrated ? database.prepare('select name from kysely_migration').all() : []
  const executed = rows.map(({ name }) => String(name))
  const newer = executed.filter((name) => !MIGRATION_NAMES.includes(name))
  if (newer.length > 0)
    throw new StoreUnavailable(
      `--from: ${path} was migrated by a newer version of this service (${newer.join(', ')}); run this with that version`,
    )
  if (executed.length < MIGRATION_NAMES.length)
    throw new StoreUnavailable(
      `--from: ${path} was made by an older version of this service; start this version with it once, stop it, and run this again`,
    )
}

function queries(database: DatabaseSync): Pick<Source, 'count' | 'span' | 'rows'> {
  const typesOf = (table: CopiedTable) =>
    database.prepare('select name, type from pragma_table_info(?)').all(table) as { name: string; type: string }[]

  return {
    count(table, accountId) {
      return Number(database.prepare(`select count(*) as n from ${table} where account_id = ?`).get(accountId)?.n)
    },
    span(table, accountId) {
      const text = `select min(id) as first, max(id) as last from ${table} where account_id = ?`
      const found = database.prepare(text).get(accountId) as { first: number | null; last: number | null }
      const { first, last } = found
      return first === null || last === null ? null : { first, last }
    },
    rows(table, accountId, as, shifts) {
      const { key, numbers } = new Map(COPIED_TABLES).get(table) as (typeof COPIED_TABLES)[number][1]
      const values = typesOf(table).map(({ name, type }) => {
        const counter = numbers[name]
        if (name === 'account_id') return `${as} as account_id`
        if (counter !== undefined) return `${name} + ${shifts[counter]} as ${name}`
        // SQLite accepts fractions in an integer column, PostgreSQL does not.
        return /int/.test(type)
          ? `iif(typeof(${name}) = 'real', cast(round(${name}) as integer), ${name}) as ${name}`
          : name
      })
      return database
        .prepare(`select ${values.join(', ')} from ${table} where account_id = ? order by ${key}`)
        .iterate(accountId)
    },
  }
}
