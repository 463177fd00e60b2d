import { sql, type Insertable, type RawBuilder } from 'kysely'
import type { Engine } from './engines/engine.ts'
import type { Tables } from './schema.ts'

/**
 * `insert into … select …` for rows of one shape; the caller adds the conflict clause.
 * @param rows at least one; all have the columns of the first
 */
export function insertRows<Table extends keyof Tables>(
  engine: Engine,
  table: Table,
  rows: readonly Insertable<Tables[Table]>[],
): RawBuilder<unknown> {
  const columns = Object.keys(rows[0] ?? {}) as (keyof Tables[Table] & string)[]
  const names = sql.join(columns.map((column) => sql.ref(column)))
  return sql`insert into ${sql.table(table)} (${names}) ${engine.selectRows(table, columns, rows)}`
}
