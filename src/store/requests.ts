import type { Database, Tx } from './schema.ts'

/** The widest window that a limit is counted in; older requests do not matter any more. */
const WINDOW_MS = 60_000

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
