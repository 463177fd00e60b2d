import { sql, type Selectable } from 'kysely'
import type { AccountId } from '../../domain.ts'
import { findOrAddAccount } from '../account-row.ts'
import { insertRows } from '../insert-rows.ts'
import { COPIED_TABLES, NUMBERED_TABLES, type CopiedTable, type NumberedTable, type Shifts } from './copied-tables.ts'
import type { Source } from './copy-source.ts'
import { keepOthersOut, refuseWhereServed } from './copy-target.ts'
import type { Engine } from '../engines/engine.ts'
import type { Tables, Tx } from '../schema.ts'

/** Limits per insert, to bound the memory: a decision among many agents is as large as a hundred events. */
const MAX_ROWS = 1000
const MAX_CHARACTERS = 1_000_000

/** Called now and then, and at the end of each table. */
export type Progress = (table: CopiedTable, rows: number, isDone: boolean) => void

/**
 * Copies an account from the source, under another name if wanted, and replaces its earlier copy.
 * @throws StoreUnavailable if the account must not be replaced
 */
export async function copyAccount(
  tx: Tx,
  engine: Engine,
  source: Source,
  account: Selectable<Tables['account']>,
  name: string,
  onProgress: Progress,
): Promise<void> {
  await keepOthersOut(tx, engine)
  await refuseWhereServed(tx, name)
  const id = await findOrAddAccount(tx, name)
  for (const [table] of COPIED_TABLES) await tx.deleteFrom(table).where('account_id', '=', id).execute()
  const { waiting, decided, burst, burst_learned_at, held_until, searched_until, team_online } = account
  const own = { waiting, decided, burst, burst_learned_at, held_until, searched_until, team_online }
  await tx.updateTable('account').set(own).where('id', '=', id).execute()
  const shifts = {} as Record<NumberedTable, number>
  for (const table of NUMBERED_TABLES) shifts[table] = await reserveNumbers(tx, source, account.id, table)
  for (const [table] of COPIED_TABLES) {
    await copyTable(tx, engine, source, table, account.id, id, shifts, onProgress)
    await compareCounts(tx, source, table, account.id, id)
  }
}

/** Reserves row numbers: the same as in the source if these are free, else the next ones, in the same order. */
async function reserveNumbers(tx: Tx, source: Source, accountId: AccountId, table: NumberedTable): Promise<number> {
  const span = source.span(table, accountId)
  if (span === null) return 0
  const { rows } = await sql<{ last: number }>`select coalesce(max(id), 0) as last from ${sql.table(table)}`.execute(tx)
  const shift = Math.max(0, (rows[0]?.last ?? 0) + 1 - span.first)
  await sql`
    select setval(counter, greatest(nextval(counter), ${span.last + shift}))
    from (select pg_get_serial_sequence(${table}, 'id')::regclass as counter) as counters
  `.execute(tx)
  return shift
}

async function copyTable(
  tx: Tx,
  engine: Engine,
  source: Source,
  table: CopiedTable,
  from: AccountId,
  to: AccountId,
  shifts: Shifts,
  onProgress: Progress,
): Promise<void> {
  let copied = 0
  for (const rows of inBatches(source.rows(table, from, to, shifts))) {
    await insertRows(engine, table, rows as never[]).execute(tx)
    copied += rows.length
    onProgress(table, copied, false)
  }
  onProgress(table, copied, true)
}

function* inBatches(rows: Iterable<object>): Generator<object[]> {
  let batch: object[] = []
  let characters = 0
  for (const row of rows) {
    batch.push(row)
    for (const value of Object.values(row)) if (typeof value === 'string') characters += value.length
    if (batch.length < MAX_ROWS && characters < MAX_CHARACTERS) continue
    yield batch
    batch = []
    characters = 0
  }
  if (batch.length > 0) yield batch
}

async function compareCounts(
  tx: Tx,
  source: Source,
  table: CopiedTable,
  from: AccountId,
  to: AccountId,
): Promise<void> {
  const { n } = await tx
    .selectFrom(table)
    .select(({ fn }) => fn.countAll<number>().as('n'))
    .where('account_id', '=', to)
    .executeTakeFirstOrThrow()
  const expected = source.count(table, from)
  if (n !== expected) throw new Error(`of ${expected} rows in the table ${table}, ${n} arrived`)
}
