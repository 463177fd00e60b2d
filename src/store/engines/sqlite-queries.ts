import { sql } from 'kysely'
import type { Engine } from './engine.ts'

/** How queries are written for SQLite, whichever connection they go over. */
export const SQLITE_QUERIES: Pick<
  Engine,
  'isShared' | 'columns' | 'selectRows' | 'isOneOf' | 'now' | 'place' | 'oneOf' | 'joinOne' | 'list' | 'json'
> = {
  isShared: false,
  columns: { counted: 'integer', sorted: 'text', keyed: sql`without rowid` },
  selectRows(_table, columns, rows) {
    const values = columns.map((column) => sql`value ->> ${sql.lit(`$.${column}`)} as ${sql.ref(column)}`)
    // "where true": without it SQLite takes "on conflict" for a join (sqlite.org/lang_upsert.html, parsing ambiguity).
    return sql`select ${sql.join(values)} from json_each(${JSON.stringify(rows)}) where true`
  },
  isOneOf: (column, values) => sql`${sql.ref(column)} in (select value from json_each(${JSON.stringify(values)}))`,
  place: (n) => `?${n}`,
  oneOf: (column, n) => `${column} in (select value from json_each(?${n}))`,
  joinOne: (table, alias, condition) => `left join ${table} as ${alias} on ${condition}`,
  list: (values) => JSON.stringify(values),
  json: (rows) => JSON.stringify(rows),
  now: sql<number>`cast(unixepoch('subsec') * 1000 as integer)`,
}
