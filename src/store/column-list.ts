import { sql, type RawBuilder } from 'kysely'

/** A list of columns, to stand in `insert into … (<this>)`. */
export function columnList(columns: readonly string[]): RawBuilder<unknown> {
  return sql.join(columns.map((column) => sql.ref(column)))
}
