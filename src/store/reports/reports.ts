import type { Scope } from './scope.ts'
import { listActs } from './acts.ts'
import { listAgents } from './agents.ts'
import { readArrivals } from './arrivals.ts'
import type { Reports } from './contract.ts'
import { listFailures } from './failures.ts'
import { readOverview } from './overview.ts'
import { cutPage, readKey } from './page.ts'
import { readTotals } from './totals.ts'
import { listUnanswered } from './unanswered.ts'
import { listWaiting } from './waiting.ts'

/**
 * Creates the reports on one account.
 * @param read runs a query, and turns the database's refusals into `StoreUnavailable`
 */
export function createReports(read: <T>(query: (scope: Scope) => Promise<T>) => Promise<T>): Reports {
  return {
    overview: (now) => read((scope) => readOverview(scope, now)),
    waiting: (filter) => read((scope) => listWaiting(scope, filter)),
    agents: (filter) => read((scope) => listAgents(scope, filter)),
    unanswered: (filter) => read((scope) => listUnanswered(scope, filter)),
    failures: (filter) => read((scope) => listFailures(scope, filter)),
    acts: (filter) => read((scope) => listActs(scope, filter)),
    totals: (range) => read((scope) => readTotals(scope, range)),
    arrivals: (range) => read((scope) => readArrivals(scope, range)),
    departments: () =>
      read(({ db, accountId }) =>
        db.selectFrom('department').select(['id', 'name']).where('account_id', '=', accountId).orderBy('id').execute(),
      ),
    names: () =>
      read(async ({ db, accountId }) => {
        const rows = await db.selectFrom('agent').select(['id', 'name']).where('account_id', '=', accountId).execute()
        return new Map(rows.map(({ id, name }) => [id as number, name]))
      }),
    versions: ({ limit, after }) =>
      read(async ({ db, accountId }) => {
        const [before = Number.MAX_SAFE_INTEGER] = readKey(after, 1) ?? []
        const rows = await db
          .selectFrom('policy_version')
          .select(['id', 'version', 'seen_at as seenAt', 'author', 'source'])
          .where('account_id', '=', accountId)
          .where('id', '<', before)
          .orderBy('id', 'desc')
          .limit(limit + 1)
          .execute()
        return cutPage(rows, limit, ({ id }) => [id])
      }),
    events: (chatId, since, limit) =>
      read(async ({ db, accountId }) => {
        const rows = await db
          .selectFrom('event')
          .select(['type', 'occurred_at as occurredAt', 'received_at as receivedAt'])
          .where('account_id', '=', accountId)
          .where('chat_id', '=', chatId)
          .where('received_at', '>=', since)
          .orderBy('received_at', 'desc')
          .limit(limit)
          .execute()
        return rows.toReversed()
      }),
  }
}
