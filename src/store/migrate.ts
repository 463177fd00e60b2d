import type { Kysely } from 'kysely'
import { Migrator, type Migration } from 'kysely/migration'
import * as schema from './migrations/001-schema.ts'
import { StoreUnavailable } from './contract.ts'
import type { Engine } from './engine.ts'
import type { Database } from './schema.ts'

/** A migration whose name ends so is one that older versions of this service cannot work with; with others they can. */
const BREAKING = '-breaking'

const MIGRATIONS = { '001-schema': schema.up }

/** All that make the schema which this version works with, in their order. */
export const MIGRATION_NAMES: readonly string[] = Object.keys(MIGRATIONS)

function migrationsFor({ columns }: Engine): Record<string, Migration> {
  return Object.fromEntries(
    Object.entries(MIGRATIONS).map(([name, up]) => [name, { up: (db: Database) => up(db, columns) }]),
  )
}

/**
 * Brings the schema up to date, in one transaction; where several copies start at once, the others wait for the first.
 * @returns what whoever runs it should know, or `null`
 * @throws StoreUnavailable where a newer version has changed the schema in a way that this one cannot work with
 */
export async function migrate(db: Database, engine: Engine): Promise<string | null> {
  const migrations = migrationsFor(engine)
  const newer = (await executedMigrations(db)).filter((name) => !(name in migrations))
  if (newer.some((name) => name.endsWith(BREAKING))) {
    throw new StoreUnavailable(
      `the database was migrated by a newer version of this service (${newer.join(', ')}), which this one cannot work with; start that version, or restore a backup from before`,
    )
  }
  if (newer.length > 0)
    return `the database was migrated by a newer version of this service (${newer.join(', ')}); this one goes on beside it`
  const error = await engine.migrate(db, async (patient) => {
    const migrator = new Migrator({ db: patient, provider: { getMigrations: () => Promise.resolve(migrations) } })
    return (await migrator.migrateToLatest()).error
  })
  if (error !== undefined) throw error
  return null
}

async function executedMigrations(db: Database): Promise<string[]> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true })
  if (!tables.some(({ name }) => name === 'kysely_migration')) return []
  const rows = await (db as unknown as Kysely<{ kysely_migration: { name: string } }>)
    .selectFrom('kysely_migration')
    .select('name')
    .execute()
  return rows.map(({ name }) => name)
}
