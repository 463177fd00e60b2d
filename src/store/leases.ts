import { randomUUID } from 'node:crypto'
import { sql, type RawBuilder } from 'kysely'
import type { AccountId } from '../domain.ts'
import type { Lease, Leases } from './contract.ts'
import type { Engine } from './engines/engine.ts'
import type { Database } from './schema.ts'

/** Instances whose last heartbeat is older than this are deleted. */
const FORGET_AFTER_MS = 24 * 60 * 60_000
/** No heartbeat expires more than 10 s ahead; a later expiry means that the clock was set back. */
const LONGEST_LIFE_MS = 10_000

/** The SQL condition for a live instance, on its row in the table `copy`. */
export function isAlive({ now }: Engine): RawBuilder<unknown> {
  return sql`alive_until > ${now} and alive_until <= ${now} + ${sql.lit(LONGEST_LIFE_MS)}`
}

/** The leases, and `of`, the lease under which this instance writes for an account. */
export interface HeldLeases extends Leases {
  of(accountId: AccountId): Lease | null
}

/**
 * Keeps in the database, by its clock, which instance decides for which account. An instance is alive until its
 * heartbeat expires; then its accounts are free. Taking an account raises its fence, so that the last holder cannot
 * write any more.
 * @param answer runs a query, and turns the database's refusals into `StoreUnavailable`
 */
export function createLeases(
  db: Database,
  engine: Engine,
  answer: <T>(work: () => Promise<T>) => Promise<T>,
): HeldLeases {
  const { now } = engine
  const held = new Map<AccountId, Lease>()
  let instanceId: string = randomUUID()
  const isFree = sql`holder is null or not exists (
    select 1 from copy where copy.id = account.holder and ${isAlive(engine)}
  )`

  return {
    isShared: true,
    of: (accountId) => held.get(accountId) ?? null,

    join: (livesMs) =>
      answer(async () => {
        const before = instanceId
        instanceId = randomUUID()
        held.clear()
        await sql`
          delete from copy where id = ${before} or alive_until < ${now} - ${sql.lit(FORGET_AFTER_MS)}
        `.execute(db)
        await sql`insert into copy (id, alive_until) values (${instanceId}, ${now} + ${sql.lit(livesMs)})`.execute(db)
      }),

    renew: (livesMs) =>
      answer(async () => {
        const { rows } = await sql<{ now: number; instances: number; renewed: number }>`
          with renewed as (
            update copy set alive_until = ${now} + ${sql.lit(livesMs)}
            where id = ${instanceId} and ${isAlive(engine)} returning id
          )
          select ${now} as now, (select count(*) from copy where ${isAlive(engine)}) as instances,
            (select count(*) from renewed) as renewed
        `.execute(db)
        const [row] = rows
        return row === undefined || row.renewed === 0 ? null : { now: row.now, instances: row.instances }
      }),

    take: (accountIds, most) =>
      answer(async () => {
        const taker = instanceId
        const { rows } = await sql<{ id: AccountId; fence: number }>`
          update account set holder = ${taker}, fence = fence + 1
          where id in (
            select id from account where ${engine.isOneOf('id', accountIds)} and (
              ${isFree} or holder = ${taker}
            ) order by id limit ${most} for update skip locked
          ) returning id, fence
        `.execute(db)
        // This instance may have registered again meanwhile: then the accounts belong to its old id.
        if (taker !== instanceId) return []
        for (const { id, fence } of rows) held.set(id, { holder: taker, fence })
        return rows.map(({ id }) => id)
      }),

    free: (accountIds) =>
      answer(async () => {
        const { rows } = await sql<{ id: AccountId }>`
          select id from account where ${engine.isOneOf('id', accountIds)} and (${isFree})
        `.execute(db)
        return rows.map(({ id }) => id)
      }),

    compare: () =>
      answer(async () => {
        const asker = instanceId
        const { rows } = await sql<{ id: AccountId; fence: number }>`
          select id, fence from account where holder = ${asker}
        `.execute(db)
        if (asker !== instanceId) return null
        const isKnown = ({ id, fence }: (typeof rows)[0]) => held.get(id)?.fence === fence
        const [ours, unknown] = [rows.filter(isKnown), rows.filter((row) => !isKnown(row))]
        return { ours: ours.map(({ id }) => id), unknown: unknown.map(({ id }) => id) }
      }),

    release: (accountIds) =>
      answer(async () => {
        for (const id of accountIds) held.delete(id)
        await sql`
          update account set holder = null where holder = ${instanceId} and ${engine.isOneOf('id', accountIds)}
        `.execute(db)
        engine.notify(FREED)
      }),

    leave: () =>
      answer(async () => {
        held.clear()
        await sql`update account set holder = null where holder = ${instanceId}`.execute(db)
        await db.deleteFrom('copy').where('id', '=', instanceId).execute()
        engine.notify(FREED)
      }),

    onFreed(listener) {
      engine.onNotice((notice) => {
        if (notice === FREED) listener()
      })
    },
  }
}

/** The notice to other instances that accounts were released. */
const FREED = 'leases'

const ALWAYS: Lease = { holder: 'this process', fence: 0 }

/** The leases of a process with a database of its own: it holds every account, and no other process can take one. */
export const ALL_OURS: HeldLeases = {
  isShared: false,
  of: () => ALWAYS,
  join: () => Promise.resolve(),
  renew: () => Promise.resolve(null),
  take: (accountIds, most) => Promise.resolve(accountIds.slice(0, most)),
  free: () => Promise.resolve([]),
  compare: () => Promise.resolve(null),
  release: () => Promise.resolve(),
  leave: () => Promise.resolve(),
  onFreed: () => undefined,
}
