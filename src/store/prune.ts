import { sql } from 'kysely'
import type { Engine } from './engines/engine.ts'
import type { Tx } from './schema.ts'

/** The key of the advisory lock: "HCAA", which no other program uses. */
const LOCK = 0x48434141

/**
 * The tables that grow, the column with the age of their rows, and which rows may go: an open chat stays however old it
 * is.
 */
const KINDS = [
  { table: 'event', key: ['account_id', 'id'], age: 'received_at', isOver: sql`1 = 1` },
  { table: 'assignment', key: ['id'], age: 'settled_at', isOver: sql`1 = 1` },
  { table: 'chat', key: ['account_id', 'id'], age: 'updated_at', isOver: sql`status in ('closed', 'gone')` },
  { table: 'decision', key: ['id'], age: 'decided_at', isOver: sql`1 = 1` },
  { table: 'journal', key: ['account_id', 'seq'], age: 'at', isOver: sql`1 = 1` },
  { table: 'customer', key: ['account_id', 'customer_id'], age: 'read_at', isOver: sql`1 = 1` },
  { table: 'operator_act', key: ['id'], age: 'at', isOver: sql`1 = 1` },
  { table: 'customer_agent', key: ['account_id', 'customer_id'], age: 'forget_at', isOver: sql`1 = 1` },
] as const

/**
 * Deletes rows that are older than `before`, and customers' last agents that no rule reads at `now` any more. At most
 * `limit` rows of a kind, so that no transaction is long. On a shared database, one instance at a time.
 * @returns how many rows were deleted
 */
export async function prune(tx: Tx, engine: Engine, before: number, now: number, limit: number): Promise<number> {
  if (engine.isShared && !(await isFirst(tx))) return 0
  let deleted = 0n
  for (const { table, key, age, isOver } of KINDS) {
    const keyColumns = sql.join(key.map((column) => sql.ref(column)))
    const { numAffectedRows = 0n } = await sql`
      delete from ${sql.table(table)} where (${keyColumns}) in (
        select ${keyColumns} from ${sql.table(table)}
        where ${sql.ref(age)} < ${table === 'customer_agent' ? now : before} and ${isOver}
        order by ${sql.ref(age)} limit ${limit} ${engine.isShared ? sql`for update skip locked` : sql``}
      )
    `.execute(tx)
    deleted += numAffectedRows
  }
  return Number(deleted)
}

async function isFirst(tx: Tx): Promise<boolean> {
  const { rows } = await sql<{ isFirst: boolean }>`select pg_try_advisory_xact_lock(${LOCK}) as "isFirst"`.execute(tx)
  return rows[0]?.isFirst === true
}
