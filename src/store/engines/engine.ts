import type { ColumnDataType, Dialect, Expression, RawBuilder, SqlBool } from 'kysely'
import type { Batch } from '../commit/batch.ts'
import type { Database, Tables } from '../schema.ts'

/** The role of this process. A command line tool works beside the service and decides nothing. */
export type Role = 'the service' | 'beside a service'

/** What the store needs from a database. Each database has one file with everything that is specific to it. */
export interface Engine {
  readonly dialect: Dialect
  /** A dialect for urgent queries that must not wait behind others; `null`: queries never wait. */
  readonly urgentDialect: Dialect | null
  /** A dialect that only reads, for reports, which take long and must not hold up commits; `null`: they do not. */
  readonly reportDialect: Dialect | null
  /**
   * Other processes use the database, too: transactions of one account take turns, and the deciding instance needs a
   * lease.
   */
  readonly isShared: boolean
  readonly columns: ColumnTypes
  /** Warnings about the database for the operator. */
  readonly warnings: readonly string[]
  /**
   * Many rows as one parameter, for `insert into … (columns) <this> on conflict …`. The statement has the same text for
   * one row and for hundreds, so it is built and prepared once: that halves the work of a large commit, and its
   * garbage.
   */
  selectRows<Table extends keyof Tables>(
    table: Table,
    columns: readonly (keyof Tables[Table] & string)[],
    rows: readonly object[],
  ): RawBuilder<unknown>
  /** The condition that a column has one of many values, which are one parameter. */
  isOneOf(column: string, values: readonly number[] | readonly string[]): RawBuilder<SqlBool>
  /**
   * Runs a statement with a fixed text, which is compiled once. `place(n)` in the text is the n-th value. On SQLite the
   * statement must only read.
   */
  read<Row>(text: string, values: readonly unknown[]): Promise<Row[]>
  /** The same over a connection for urgent queries, also for statements that write. */
  readUrgent<Row>(text: string, values: readonly unknown[]): Promise<Row[]>
  /** The placeholder of the n-th value, from 1, in a statement's text. */
  place(n: number): string
  /** The condition that a column has one of the values in the list that is the n-th value. */
  oneOf(column: string, n: number, type?: 'bigint' | 'text'): string
  /**
   * Joins at most one row of a table, found by its key for each row before it. The planner cannot reorder this join by
   * statistics from when the tables were empty.
   */
  joinOne(table: string, alias: string, condition: string): string
  /** Converts a list to one value. */
  list(values: readonly (number | string)[]): unknown
  /** Converts rows to one value. */
  json(rows: readonly object[]): string
  /**
   * Writes a batch, as a whole or not at all, and only while its lease holds.
   * @throws LeaseLost if another instance has the account
   */
  commit(batch: Batch): Promise<void>
  /** The time of day by the database's own clock, in milliseconds. */
  readonly now: RawBuilder<number>
  /** Whether the error is the database's refusal, not a mistake of ours. */
  isRefusal(error: unknown): error is Error
  /** The database's message, with advice where we have some. */
  explain(error: Error): string
  /** Why nothing may be written any more, or `null`. */
  damage(): string | null
  /** Calls `listener` with each message that another process, or this one, has sent by `notify`; some may get lost. */
  onNotice(listener: (notice: string) => void): void
  notify(notice: string): void
  /** Runs migrations, without time-outs. */
  migrate<T>(db: Database, work: (db: Database) => Promise<T>): Promise<T>
  /** Closes the database. Call it after the last query. */
  close(): Promise<void>
}

/** The database's names for column types. */
export interface ColumnTypes {
  /** A primary key that the database counts up. */
  readonly counted: ColumnDataType | Expression<unknown>
  /** Text that sorts by its bytes. */
  readonly sorted: ColumnDataType | Expression<unknown>
  /** The end of `create table` for a table that stores its rows in the order of their key. */
  readonly keyed: RawBuilder<unknown>
}
