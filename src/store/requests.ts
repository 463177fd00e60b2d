import type { Scope } from './scope.ts'

/** The window that the limit is counted in, and how late a request may have arrived; older ones do not matter. */
const WINDOW_MS = 62_000

/** Notes that a request leaves now. */
export async function addRequest({ db, accountId }: Scope, sentAt: number): Promise<void> {
  await db.insertInto('request').values({ account_id: accountId, sent_at: sentAt }).execute()
  await db
    .deleteFrom('request')
    .where('account_id', '=', accountId)
    .where('sent_at', '<', sentAt - WINDOW_MS)
    .execute()
}

export async function recentRequests({ db, accountId }: Scope, since: number): Promise<number[]> {
  const rows = await db
    .selectFrom('request')
    .select('sent_at')
    .where('account_id', '=', accountId)
    .where('sent_at', '>=', since)
    .execute()
  return rows.map(({ sent_at }) => sent_at)
}
