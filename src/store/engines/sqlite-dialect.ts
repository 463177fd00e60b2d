import {
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type DatabaseConnection,
  type Dialect,
  type DialectAdapter,
  type Driver,
} from 'kysely'
import type { SqliteConnection } from './sqlite-connection.ts'

/**
 * The Kysely dialect over a connection in a thread: for one caller at a time.
 * @param open called before the first query
 * @param close called when Kysely is destroyed, if there was a query; by default the caller closes the connection
 */
export function createSqliteDialect(
  open: () => Promise<SqliteConnection>,
  close: (connection: SqliteConnection) => Promise<void> = () => Promise.resolve(),
): Dialect {
  return {
    // Kysely runs migrations on SQLite without a transaction, so a kill would leave half of one. SQLite can roll back
    // DDL.
    createAdapter: (): DialectAdapter =>
      Object.defineProperty(new SqliteAdapter(), 'supportsTransactionalDdl', { value: true }),
    createDriver: () => createDriver(open, close),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  }
}

function createDriver(
  open: () => Promise<SqliteConnection>,
  close: (connection: SqliteConnection) => Promise<void>,
): Driver {
  let connection: SqliteConnection
  const releases = new WeakMap<DatabaseConnection, () => void>()

  async function acquire(): Promise<DatabaseConnection> {
    const { promise: released, resolve: release } = Promise.withResolvers<void>()
    return new Promise((resolve) => {
      void connection.alone(() => {
        const acquired = toKyselyConnection(connection)
        releases.set(acquired, release)
        resolve(acquired)
        return released
      })
    })
  }

  return {
    async init() {
      connection = await open()
    },
    acquireConnection: acquire,
    beginTransaction: async () => void (await connection.query('begin immediate', [])),
    commitTransaction: async () => void (await connection.query('commit', [])),
    rollbackTransaction: async () => void (await connection.query('rollback', [])),
    releaseConnection(acquired) {
      releases.get(acquired)?.()
      return Promise.resolve()
    },
    destroy: () => close(connection),
  }
}

function toKyselyConnection(connection: SqliteConnection): DatabaseConnection {
  return {
    async executeQuery<Row>({ sql, parameters }: { sql: string; parameters: readonly unknown[] }) {
      const { rows, changes } = await connection.query(sql, parameters)
      return { rows: rows as Row[], numAffectedRows: BigInt(changes) }
    },
    // eslint-disable-next-line require-yield -- no query of this service is a stream
    async *streamQuery() {
      throw new Error('queries of the embedded database are not streamed')
    },
  }
}
