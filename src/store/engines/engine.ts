import type { ColumnDataType, Dialect, Expression, RawBuilder, SqlBool } from 'kysely'
import type { Batch } from '../commit/batch.ts'
import type { Database, Tables } from '../schema.ts'

/** A command line tool works beside the service, and decides nothing. */
export type Role = 'the service' | 'beside a service'

/** What the queries of the store need of a database, and what differs from one to the other: one file for each. */
export interface Engine {
  readonly dialect: Dialect
  /** For what may not stand in line behind all else; `null`: nothing ever stands in line. */
  readonly urgentDialect: Dialect | null
  /** Other processes work on it, too: transactions of one account take turns, and who decides holds a lease. */
  readonly isShared: boolean
  readonly columns: ColumnTypes
  /** What the operator should know of the database. */
  readonly warnings: readonly string[]
  /**
   * Many rows as one parameter, for `insert into … (columns) <this> on conflict …`. The statement's text is the same for
   * one row and for hundreds, so it is built and prepared once: that halves the work of a large commit, and its garbage.
   */
  selectRows<Table extends keyof Tables>(
    table: Table,
    columns: readonly (keyof Tables[Table] & string)[],
    rows: readonly object[],
  ): RawBuilder<unknown>
  /** Whether a column has one of many values, which are one parameter. */
  isOneOf(column: string, values: readonly number[] | readonly string[]): RawBuilder<SqlBool>
  /**
   * Runs a statement that is one text however often it runs, and so is compiled once. `place(n)` in it is the n-th value.
   * On SQLite it must only read.
   */
  read<Row>(text: string, values: readonly unknown[]): Promise<Row[]>
  /** The same over a connection that does not stand in line behind all else, also for statements that write. */
  readUrgent<Row>(text: string, values: readonly unknown[]): Promise<Row[]>
  /** How the n-th value, from 1, stands in a statement's text. */
  place(n: number): string
  /** That a column has one of the values of the list that is the n-th value. */
  oneOf(column: string, n: number, type?: 'bigint' | 'text'): string
  /**
   * Joins at most one row of a table, found by its key for each row before it: never in an order of the planner's own, whose
   * statistics may be from when the tables were empty.
   */
  joinOne(table: string, alias: string, condition: string): string
  /** A list as one value. */
  list(values: readonly (number | string)[]): unknown
  /** Rows as one value. */
  json(rows: readonly object[]): string
  /**
   * Writes a batch, whole or not at all, and only while its lease holds.
   * @throws LeaseLost where another instance has the account
   */
  commit(batch: Batch): Promise<void>
  /** The time of day by the database's own clock, in milliseconds. */
  readonly now: RawBuilder<number>
  /** Whether the database itself refused, as opposed to a mistake of ours. */
  isRefusal(error: unknown): error is Error
  /** The database's words, and what to do where that is known. */
  explain(error: Error): string
  /** Why nothing may be written any more, or `null`. */
  damage(): string | null
  /** Calls `listener` with each message that another process, or this one, has sent by `notify`; some may get lost. */
  onNotice(listener: (notice: string) => void): void
  notify(notice: string): void
  /** Runs what may take long, with as much time as it needs. */
  migrate<T>(db: Database, work: (db: Database) => Promise<T>): Promise<T>
  /** To be called after the last query. */
  close(): Promise<void>
}

/** What the columns' types are called. */
export interface ColumnTypes {
  /** A number that the database counts up, as the primary key. */
  readonly counted: ColumnDataType | Expression<unknown>
  /** Text that is sorted by its bytes. */
  readonly sorted: ColumnDataType | Expression<unknown>
  /** What comes after a table whose rows are kept in the order of their key. */
  readonly keyed: RawBuilder<unknown>
}
