import { Kysely, sql } from 'kysely'
import type { ChatPolicy } from '../decision.ts'
import type { AccountId, Clock } from '../domain.ts'
import { accountNames, findAccount, findOrAddAccount } from './account-row.ts'
import { createInTransaction } from './account-transaction.ts'
import { createAgentCache } from './agents/agent-cache.ts'
import { NOTHING_CHANGED } from './changes.ts'
import type { Change, Store, Stores } from './contract.ts'
import { createHealth } from './health.ts'
import { accountsWithArrivals, leaveWordOfMissed } from './arrivals/inbox.ts'
import { ALL_OURS, createLeases } from './leases.ts'
import { checkSchema, findNewer, migrate } from './migrate.ts'
import { PLAIN } from '../core/plain-policy.ts'
import { openPostgres } from './engines/postgres.ts'
import { prune } from './prune.ts'
import { createReception, type Reception } from './arrivals/reception.ts'
import type { Database, Tables } from './schema.ts'
import type { Role } from './engines/engine.ts'
import { openSqlite } from './engines/sqlite.ts'
import { createStore } from './store.ts'

/**
 * Opens the database; the service brings its schema up to date.
 * @param databaseUrl `file:` and a path, or `postgres://…`
 * @throws StoreUnavailable with a sentence for whoever starts the service
 */
export async function openStores(databaseUrl: string, clock: Clock, role: Role = 'the service'): Promise<Stores> {
  const engine = databaseUrl.startsWith('file:')
    ? openSqlite(databaseUrl, clock, role)
    : await openPostgres(databaseUrl, clock)
  const db = new Kysely<Tables>({ dialect: engine.dialect })
  const urgent = engine.urgentDialect === null ? db : new Kysely<Tables>({ dialect: engine.urgentDialect })
  const health = createHealth(engine, clock)
  const { answer } = health
  async function close(): Promise<void> {
    await reception.settled()
    await Promise.all([db.destroy(), urgent.destroy()])
    await engine.close()
  }
  const stores = new Map<AccountId, { readonly store: Store; readonly announce: (change: Change) => void }>()
  const leases = engine.isShared ? createLeases(urgent, engine, answer) : ALL_OURS
  const reception: Reception = createReception({ db: urgent, engine, health, clock, onLeft: tellDecider })
  const warnings = [...engine.warnings]
  try {
    const newer = await answer(() => (role === 'the service' ? migrate(db, engine) : checkSchema(db)))
    if (newer !== null) warnings.push(newer)
  } catch (error) {
    await close()
    throw error
  }

  function storeOf(accountId: AccountId, policy: () => ChatPolicy): Store {
    const known = stores.get(accountId)
    if (known !== undefined) return known.store
    const listeners = new Set<(change: Change) => void>()
    const cache = createAgentCache()
    const scope = { db, accountId, engine }
    const announce = (change: Change): void => {
      const { hasWork, hasFreed, hasMissed = false, arrivals = [], taken = [] } = change
      if (!hasWork && !hasFreed && !hasMissed && arrivals.length + taken.length === 0) return
      for (const listener of listeners) listener(change)
    }
    const asAnybody = createInTransaction(scope, cache, null)
    const store = createStore({
      scope,
      cache,
      policy,
      clock,
      health,
      asDecider: createInTransaction(scope, cache, () => leases.of(accountId)),
      asAnybody,
      receive: (event) => reception.add({ accountId, event, policy, announce, cache }),
      announce,
      onChange(listener) {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
      onLeft: () => tellDecider(accountId),
    })
    stores.set(accountId, { store, announce })
    return store
  }

  /** Here, where this copy decides, or to the others; whoever does not hear of it looks twice a second. */
  function tellDecider(accountId: AccountId): void {
    if (role !== 'the service' || leases.of(accountId) === null) engine.notify(String(accountId))
    else announceArrival(accountId)
  }

  /** The next turn takes it in; if there is none, whoever looks twice a second does. */
  function announceArrival(accountId: AccountId): void {
    if (leases.of(accountId) !== null) stores.get(accountId)?.announce({ ...NOTHING_CHANGED, hasWork: true })
  }

  /** Whoever decides for the others' accounts cannot know what this copy had to refuse. */
  async function tellOthers(): Promise<void> {
    const others = [...stores.keys()].filter((accountId) => leases.of(accountId) === null)
    if (others.length === 0) return
    await answer(() => leaveWordOfMissed(urgent, others), true)
    for (const accountId of others) tellDecider(accountId)
  }

  /** However many ask at once, the database is asked once. */
  let checking: Promise<void> | null = null
  async function check(): Promise<void> {
    await answer(async () => {
      await findNewer(urgent)
      if (health.isRefusing()) await tryWriting(urgent)
    })
    health.noteWritten()
  }

  engine.onNotice((text) => announceArrival(Number(text) as AccountId))
  // Should it be refused, it is told when the database next recovers.
  if (role === 'the service') health.onRecovered(() => void tellOthers().catch(() => undefined))

  return {
    leases,
    warnings,
    open: async (account, policy) => storeOf(await answer(() => findOrAddAccount(db, account)), policy),
    async find(account) {
      const accountId = await answer(() => findAccount(db, account))
      return accountId === null ? null : storeOf(accountId, () => PLAIN)
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
      const arrived = await answer(() => accountsWithArrivals(db))
      const ours = arrived.filter((accountId) => leases.of(accountId) !== null)
      // Nobody waits for the slowest; whoever is still at it is not asked twice.
      for (const accountId of ours)
        stores
          .get(accountId)
          ?.store.takeIn()
          .catch(() => undefined)
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

/** Reading may work where writing does not: on a full disk, say. Leaves nothing behind. */
async function tryWriting(db: Database): Promise<void> {
  const nobody = 0 as AccountId
  await db.transaction().execute(async (tx) => {
    await tx.insertInto('request').values({ account_id: nobody, sent_at: 0 }).execute()
    await tx.deleteFrom('request').where('account_id', '=', nobody).execute()
  })
}
