import type { Scope } from '../scope.ts'

/** The window that the limit is counted in, and how late a request may have arrived; older ones do not matter. */
const WINDOW_MS = 62_000
/** The older ones are deleted with one request of so many, by chance: as many are kept at the most again. */
const TIDIED_EVERY = 16

/** Notes that a request leaves now. */
export async function addRequest({ db, accountId }: Scope, sentAt: number): Promise<void> {
  await db.insertInto('request').values({ account_id: accountId, sent_at: sentAt }).execute()
  if (Math.floor(sentAt) % TIDIED_EVERY !== 0) return
  await db
    .deleteFrom('request')
    .where('account_id', '=', accountId)
    .where('sent_at', '<', sentAt - WINDOW_MS)
    .execute()
}

/** When the requests left that may still count at that time, in milliseconds since the epoch. */
export async function recentRequests({ db, accountId }: Scope, now: number): Promise<number[]> {
  const rows = await db
    .selectFrom('request')
    .select('sent_at')
    .where('account_id', '=', accountId)
    .where('sent_at', '>=', now - WINDOW_MS)
    .execute()
  return rows.map(({ sent_at }) => sent_at)
}
