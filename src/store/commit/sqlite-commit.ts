import type { DatabaseSync, StatementSync } from 'node:sqlite'
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
 * Writes batches in one transaction, with statements that are compiled once. Only one process has the file open, so no
 * lease is compared.
 */
export function createSqliteCommit(database: DatabaseSync): (batches: readonly Batch[]) => void {
  const prepared = new Map<string, StatementSync>()

  function statement(text: string): StatementSync {
    const known = prepared.get(text)
    if (known !== undefined) return known
    const made = database.prepare(text)
    prepared.set(text, made)
    return made
  }

  function insertInto(table: CommittedTable): StatementSync {
    const { columns } = COMMITTED[table]
    const places = columns.map(() => '?').join(', ')
    return statement(`insert into ${table} (${columns.join(', ')}) values (${places}) ${onConflict(table)}`)
  }

  function write(batch: Batch): void {
    const { accountId, account, rows, inboxIds, forgetRequestsBefore } = batch
    if (batch.isNewRoster) {
      statement('delete from department_member where account_id = ?').run(accountId)
      statement('delete from department where account_id = ?').run(accountId)
    }
    for (const table of COMMITTED_TABLES) {
      const ofTable = rows[table]
      if (ofTable === undefined || ofTable.length === 0) continue
      const insert = insertInto(table)
      for (const row of ofTable) insert.run(...row)
    }
    for (const table of CUSTOMER_TABLES) {
      const erase = `delete from ${table} where account_id = ? and customer_id = ?`
      for (const id of batch.erasedCustomers) statement(erase).run(accountId, id)
    }
    for (const id of inboxIds) statement('delete from inbox where id = ?').run(id)
    statement(`update account set ${ACCOUNT_COLUMNS.map((column) => `${column} = ?`).join(', ')} where id = ?`).run(
      ...account,
      accountId,
    )
    if (forgetRequestsBefore !== null)
      statement('delete from request where account_id = ? and sent_at < ?').run(accountId, forgetRequestsBefore)
  }

  return (batches) => {
    statement('begin immediate').run()
    try {
      for (const batch of batches) write(batch)
      statement('commit').run()
    } catch (error) {
      // SQLite may have rolled back by itself, after a full disk for example.
      if (database.isTransaction) statement('rollback').run()
      throw error
    }
  }
}
