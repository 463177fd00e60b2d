import { sql, type RawBuilder } from 'kysely'

/**
 * Many rows as one parameter, for `insert into … (columns) <this> on conflict …`. The statement's text is the same for
 * one row and for hundreds, so it is built and prepared once: that halves the work of a large commit, and its garbage.
 */
export function selectRows<Row extends object>(
  columns: readonly (keyof Row & string)[],
  rows: readonly Row[],
): RawBuilder<Row> {
  const values = columns.map((column) => sql`value ->> ${sql.lit(`$.${column}`)}`)
  // "where true": without it SQLite takes "on conflict" for a join (sqlite.org/lang_upsert.html, parsing ambiguity).
  return sql<Row>`select ${sql.join(values)} from json_each(${JSON.stringify(rows)}) where true`
}

/** A list of columns, to stand in `insert into … (<this>)`. */
export function columnList(columns: readonly string[]): RawBuilder<unknown> {
  return sql.join(columns.map((column) => sql.ref(column)))
}

/** Many ids as one parameter, for `where id in <this>`. */
export function selectIds<Id extends number>(ids: readonly Id[]): RawBuilder<Id> {
  return sql<Id>`(select value from json_each(${JSON.stringify(ids)}))`
}
