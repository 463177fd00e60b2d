import { Kysely, sql } from 'kysely'
import type { Logger } from 'pino'
import type { AccountId, Clock } from '../domain.ts'
import type { InForce } from '../core/inputs.ts'
import { PLAIN } from '../core/plain-policy.ts'
import { accountNames, accountsWithInbox, findAccount, findOrAddAccount } from './account-row.ts'
import { openAccountStore, type OpenedStore } from './account/open-store.ts'
import { createAssignmentIds } from './assignment-ids.ts'
import type { Stores } from './contract.ts'
import type { Engine, Role } from './engines/engine.ts'
import { createHealth } from './health.ts'
import { leaveMissed } from './inbox/leave.ts'
import { createReception } from './inbox/reception.ts'
import { ALL_OURS, createLeases } from './leases.ts'
import { checkSchema, findNewer, migrate } from './migrate.ts'
import { prune } from './prune.ts'
import type { Database, Tables } from './schema.ts'

/** For a command line tool, which knows no rules and decides nothing. */
const NO_RULES: InForce = {
  policy: PLAIN,
  route() {
    throw new Error('a command line tool decides nothing')
  },
}
const SILENT: Pick<Logger, 'error'> = { error: () => undefined }

/**
 * Opens the database; the service also brings its schema up to date.
 * @param databaseUrl `file:` and a path, or `postgres://…`
 * @throws StoreUnavailable with a sentence for the operator
 */
export async function openStores(
  databaseUrl: string,
  clock: Clock,
  role: Role = 'the service',
  logger: Pick<Logger, 'error'> = SILENT,
): Promise<Stores> {
  const engine = await openEngine(databaseUrl, clock, role)
  const db = new Kysely<Tables>({ dialect: engine.dialect })
  const urgent = engine.urgentDialect === null ? db : new Kysely<Tables>({ dialect: engine.urgentDialect })
  const reports = engine.reportDialect === null ? db : new Kysely<Tables>({ dialect: engine.reportDialect })
  const health = createHealth(engine, clock)
  const { answer } = health
  const opened = new Map<AccountId, OpenedStore>()
  const leases = engine.isShared ? createLeases(urgent, engine, answer) : ALL_OURS
  const reception = createReception({ engine, health, clock, onLeft: tellDecider })
  const ids = createAssignmentIds(engine, db, answer)
  const warnings = [...engine.warnings]

  async function close(): Promise<void> {
    await reception.settled()
    for (const { settled } of opened.values()) await settled()
    await Promise.all([db.destroy(), urgent.destroy(), reports.destroy()])
    await engine.close()
  }

  try {
    const newer = await answer(() => (role === 'the service' ? migrate(db, engine) : checkSchema(db)))
    if (newer !== null) warnings.push(newer)
  } catch (error) {
    await close()
    throw error
  }

  function storeOf(accountId: AccountId, inForce: () => InForce): OpenedStore['store'] {
    const known = opened.get(accountId)
    if (known !== undefined) return known.store
    const onLeft = (): void => tellDecider(accountId)
    const made = openAccountStore({
      engine,
      role,
      db,
      reportDb: reports,
      accountId,
      inForce,
      health,
      clock,
      leases,
      // Each account reserves its own numbers, so that no other account uses them up.
      ids: engine.isShared ? createAssignmentIds(engine, db, answer) : ids,
      reception,
      logger,
      onLeft,
    })
    opened.set(accountId, made)
    return made.store
  }

  /**
   * Tells the deciding instance of new rows in the inbox: this one directly, another one by a notice. If the notice is
   * lost, that instance finds the rows itself: it looks twice a second.
   */
  function tellDecider(accountId: AccountId): void {
    if (role !== 'the service' || leases.of(accountId) === null) engine.notify(String(accountId))
    else noticeInbox(accountId)
  }

  function noticeInbox(accountId: AccountId): void {
    if (leases.of(accountId) !== null) opened.get(accountId)?.noticeInbox()
  }

  /** Tells the instances that decide for the other accounts that this one had to refuse webhooks. */
  async function tellOthers(): Promise<void> {
    const others = [...opened.keys()].filter((accountId) => leases.of(accountId) === null)
    if (others.length === 0) return
    await answer(() => leaveMissed(urgent, others), true)
    for (const accountId of others) tellDecider(accountId)
  }

  /** The check under way, which concurrent callers share. */
  let checking: Promise<void> | null = null
  async function check(): Promise<void> {
    await answer(async () => {
      await findNewer(urgent)
      if (health.isRefusing()) await tryWriting(urgent)
    })
    health.noteWritten()
  }

  engine.onNotice((text) => noticeInbox(Number(text) as AccountId))
  // If the database refuses this, too, the next recovery repeats it.
  if (role === 'the service') health.onRecovered(() => void tellOthers().catch(() => undefined))

  return {
    leases,
    warnings,
    open: async (account, inForce) => storeOf(await answer(() => findOrAddAccount(db, account)), inForce),
    async find(account) {
      const accountId = await answer(() => findAccount(db, account))
      return accountId === null ? null : storeOf(accountId, () => NO_RULES)
    },
    now: () =>
      answer(async () => {
        const { rows } = await sql<{ now: number }>`select ${engine.now} as now`.execute(db)
        return (rows[0] as { now: number }).now
      }),
    accounts: () => answer(() => accountNames(db)),
    countOpen: () =>
      answer(async () => {
        const rows = await db.selectFrom('account').select(['id', 'waiting', 'decided']).execute()
        return new Map(rows.map(({ id, waiting, decided }) => [id, { waiting, decided }]))
      }),
    prune: (before, limit) =>
      answer(() => db.transaction().execute((tx) => prune(tx, engine, before, clock.now(), limit))),
    async noticeOthers() {
      const left = await answer(() => accountsWithInbox(db))
      // Not awaited, so that no account waits for the slowest.
      for (const accountId of left.filter((id) => leases.of(id) !== null)) {
        const account = opened.get(accountId)
        account?.store.drain().catch(() => undefined)
      }
    },
    onRecovered: health.onRecovered,
    check() {
      checking ??= check().finally(() => (checking = null))
      return checking
    },
    [Symbol.asyncDispose]: close,
    close,
  }
}

/** Opens the database with its driver. Only the driver in use is loaded, to save memory and time at the start. */
async function openEngine(databaseUrl: string, clock: Clock, role: Role): Promise<Engine> {
  if (databaseUrl.startsWith('file:')) {
    const { openSqlite } = await import('./engines/sqlite.ts')
    return openSqlite(databaseUrl, clock, role)
  }
  const { openPostgres } = await import('./engines/postgres.ts')
  return openPostgres(databaseUrl, clock)
}

/** Writes and deletes a row: reading may work where writing does not, on a full disk for example. */
async function tryWriting(db: Database): Promise<void> {
  const noAccount = 0 as AccountId
  await db.transaction().execute(async (tx) => {
    await tx.insertInto('request').values({ account_id: noAccount, sent_at: 0 }).execute()
    await tx.deleteFrom('request').where('account_id', '=', noAccount).execute()
  })
}
