import type { Kysely } from 'kysely'
import { Migrator, type Migration } from 'kysely/migration'
import * as schema from './migrations/001-schema.ts'
import * as journal from './migrations/002-journal.ts'
import * as page from './migrations/003-page.ts'
import * as allowance from './migrations/004-allowance.ts'
import { StoreUnavailable } from './contract.ts'
import type { Engine } from './engines/engine.ts'
import type { Database } from './schema.ts'

/**
 * The ending of a migration's name that makes older versions of this service refuse the schema. They work with all
 * others.
 */
const BREAKING = '-breaking'

const MIGRATIONS = {
  '001-schema': schema.up,
  '002-journal': journal.up,
  '003-page': page.up,
  '004-allowance': allowance.up,
}

/** All migrations of this version, in order. */
export const MIGRATION_NAMES: readonly string[] = Object.keys(MIGRATIONS)

function migrationsFor({ columns }: Engine): Record<string, Migration> {
  return Object.fromEntries(
    Object.entries(MIGRATIONS).map(([name, up]) => [name, { up: (db: Database) => up(db, columns) }]),
  )
}

/**
 * Brings the schema up to date, in one transaction. If several instances start at once, the others wait for the first.
 * @returns what the operator should know, or `null`
 * @throws StoreUnavailable if a newer version has changed the schema in a way that this version cannot work with
 */
export async function migrate(db: Database, engine: Engine): Promise<string | null> {
  const newer = (await isNew(db)) ? null : await findNewer(db)
  if (newer !== null) return newer
  const migrations = migrationsFor(engine)
  const error = await engine.migrate(db, async (patient) => {
    const migrator = new Migrator({ db: patient, provider: { getMigrations: () => Promise.resolve(migrations) } })
    return (await migrator.migrateToLatest()).error
  })
  if (error !== undefined) throw error
  return null
}

/**
 * Checks the schema for a command line tool, which does not change it.
 * @returns what the operator should know, or `null`
 * @throws StoreUnavailable if the service has not made the schema that this version works with
 */
export async function checkSchema(db: Database): Promise<string | null> {
  if (await isNew(db)) throw new StoreUnavailable('DATABASE_URL: this service has never run on this database')
  const newer = await findNewer(db)
  const executed = await executedNames(db)
  if (MIGRATION_NAMES.every((name) => executed.includes(name))) return newer
  throw new StoreUnavailable(
    'the database was made by an older version of this service; start this version with it first',
  )
}

async function isNew(db: Database): Promise<boolean> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true })
  return !tables.some(({ name }) => name === 'kysely_migration')
}

async function executedNames(db: Database): Promise<string[]> {
  const rows = await (db as unknown as Kysely<{ kysely_migration: { name: string } }>)
    .selectFrom('kysely_migration')
    .select('name')
    .execute()
  return rows.map(({ name }) => name)
}

/**
 * Checks whether a newer version has changed the schema, possibly while this one runs.
 * @returns what the operator should know, or `null`
 * @throws StoreUnavailable if this version cannot work with it
 */
export async function findNewer(db: Database): Promise<string | null> {
  const newer = (await executedNames(db)).filter((name) => !MIGRATION_NAMES.includes(name))
  if (newer.length === 0) return null
  const what = `the database was migrated by a newer version of this service (${newer.join(', ')})`
  if (!newer.some((name) => name.endsWith(BREAKING))) return `${what}; this one goes on beside it`
  throw new StoreUnavailable(
    `${what}, which this one cannot work with; start that version, or restore a backup from before`,
  )
}
