import type { LearnedBurst } from '../domain.ts'
import type { Database, Tx } from './schema.ts'

/** The window that the limit is counted in, and how late a request may have arrived; older ones do not matter. */
const WINDOW_MS = 62_000

/** Notes that a request leaves now. */
export async function addRequest(tx: Tx, sentAt: number): Promise<void> {
  await tx.insertInto('request').values({ sent_at: sentAt }).execute()
  await tx
    .deleteFrom('request')
    .where('sent_at', '<', sentAt - WINDOW_MS)
    .execute()
}

export async function recentRequests(db: Database, since: number): Promise<number[]> {
  const rows = await db.selectFrom('request').select('sent_at').where('sent_at', '>=', since).execute()
  return rows.map(({ sent_at }) => sent_at)
}

export async function learnedBurst(db: Database): Promise<LearnedBurst | null> {
  const row = await db.selectFrom('learned_burst').selectAll().executeTakeFirst()
  return row === undefined ? null : { burst: row.burst, learnedAt: row.learned_at }
}

export async function saveLearnedBurst(db: Database, { burst, learnedAt }: LearnedBurst): Promise<void> {
  const row = { burst, learned_at: learnedAt }
  await db
    .insertInto('learned_burst')
    .values({ id: 1, ...row })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
    .execute()
}

export async function heldUntil(db: Database): Promise<number | null> {
  const row = await db.selectFrom('lane_hold').select('held_until').executeTakeFirst()
  return row?.held_until ?? null
}

export async function saveHeldUntil(db: Database, until: number): Promise<void> {
  await db
    .insertInto('lane_hold')
    .values({ id: 1, held_until: until })
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ held_until: until }))
    .execute()
}
