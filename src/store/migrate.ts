import type { Kysely } from 'kysely'
import { Migrator } from 'kysely/migration'
import * as schema from './migrations/001-schema.ts'
import { StoreUnavailable } from './contract.ts'
import type { Tables } from './schema.ts'

const MIGRATIONS = { '001-schema': schema }

/** Brings the schema up to date, in one transaction. Refuses a database that a newer version has migrated further. */
export async function migrate(db: Kysely<Tables>): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: () => Promise.resolve(MIGRATIONS) } })
  const known = new Set(Object.keys(MIGRATIONS))
  const newer = (await executedMigrations(db)).filter((name) => !known.has(name))
  if (newer.length > 0) {
    throw new StoreUnavailable(
      `the database was migrated by a newer version of this service (${newer.join(', ')}); start that version, or restore a backup from before`,
    )
  }
  const { error } = await migrator.migrateToLatest()
  if (error !== undefined) throw error
}

async function executedMigrations(db: Kysely<Tables>): Promise<string[]> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true })
  if (!tables.some(({ name }) => name === 'kysely_migration')) return []
  const rows = await (db as unknown as Kysely<{ kysely_migration: { name: string } }>)
    .selectFrom('kysely_migration')
    .select('name')
    .execute()
  return rows.map(({ name }) => name)
}
