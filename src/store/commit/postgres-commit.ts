import { toPostgresJson } from '../engines/postgres-json.ts'
import {
  ACCOUNT_COLUMNS,
  COMMITTED,
  COMMITTED_TABLES,
  CUSTOMER_TABLES,
  onConflict,
  type Batch,
  type CommittedTable,
} from './batch.ts'

/**
 * The parameters of `COMMIT_TEXT`: account, holder, fence, the account's columns, inbox ids, roster, requests, erased
 * customers, then the rows of each table.
 */
const FIRST_ACCOUNT_COLUMN = 4
const INBOX_IDS = FIRST_ACCOUNT_COLUMN + ACCOUNT_COLUMNS.length
const IS_NEW_ROSTER = INBOX_IDS + 1
const FORGET_BEFORE = INBOX_IDS + 2
const ERASED = INBOX_IDS + 3
const FIRST_TABLE = INBOX_IDS + 4

/**
 * One statement for a whole batch: one round trip per commit. Its first part locks the account's row and compares
 * holder and fence. If another instance has taken the account, the other parts write nothing, and no row is returned.
 */
export const COMMIT_TEXT = `
with fenced as (
  update account set ${ACCOUNT_COLUMNS.map((column, index) => `${column} = $${FIRST_ACCOUNT_COLUMN + index}::bigint`).join(', ')}
  where id = $1::bigint and holder = $2::text and fence = $3::bigint returning id
), ${COMMITTED_TABLES.map(insertInto).join(', ')},
left_members as (
  delete from department_member where account_id = $1 and $${IS_NEW_ROSTER}::boolean and exists (select 1 from fenced)
  and (department_id, agent_id) not in (
    select department_id, agent_id from json_populate_recordset(null::department_member, $${placeOf('department_member')}::json)
  )
), left_departments as (
  delete from department where account_id = $1 and $${IS_NEW_ROSTER}::boolean and exists (select 1 from fenced)
  and id not in (select id from json_populate_recordset(null::department, $${placeOf('department')}::json))
), drained as (
  delete from inbox where id = any($${INBOX_IDS}::bigint[]) and exists (select 1 from fenced)
), ${CUSTOMER_TABLES.map(eraseFrom).join(', ')},
forgotten as (
  delete from request where account_id = $1 and sent_at < $${FORGET_BEFORE}::bigint and exists (select 1 from fenced)
)
select id from fenced`

/** The parameter values of `COMMIT_TEXT`. */
export function commitValues(batch: Batch): unknown[] {
  const { accountId, lease, account, rows, inboxIds, isNewRoster, forgetRequestsBefore, erasedCustomers } = batch
  const ofTables = COMMITTED_TABLES.map((table) => toJson(table, rows[table] ?? []))
  const once = [accountId, lease?.holder ?? '', lease?.fence ?? 0, ...account]
  return [...once, inboxIds, isNewRoster, forgetRequestsBefore, erasedCustomers, ...ofTables]
}

function placeOf(table: CommittedTable): number {
  return FIRST_TABLE + COMMITTED_TABLES.indexOf(table)
}

function eraseFrom(table: (typeof CUSTOMER_TABLES)[number]): string {
  return `
    erased_${table} as (
      delete from ${table} where account_id = $1 and customer_id = any($${ERASED}::bigint[]) and exists (select 1 from fenced)
    )`
}

function insertInto(table: CommittedTable): string {
  const columns = COMMITTED[table].columns.join(', ')
  return `
    to_${table} as (
      insert into ${table} (${columns})
      select ${columns} from json_populate_recordset(null::${table}, $${placeOf(table)}::json) where exists (select 1 from fenced)
      ${onConflict(table)}
    )`
}

function toJson(table: CommittedTable, rows: readonly (readonly unknown[])[]): string {
  if (rows.length === 0) return '[]'
  const { columns } = COMMITTED[table]
  return toPostgresJson(rows.map((row) => Object.fromEntries(columns.map((column, index) => [column, row[index]]))))
}
