import type { Scope } from './scope.ts'
import type { Overview } from './contract.ts'
import { countFailures } from './failures.ts'

const MINUTE_MS = 60_000

/** Reads the present figures of an account, from the tables that decisions use. */
export async function readOverview(scope: Scope, now: number): Promise<Overview> {
  const { db, accountId } = scope
  const account = await db.selectFrom('account').selectAll().where('id', '=', accountId).executeTakeFirstOrThrow()
  const oldest = await db
    .selectFrom('assignment')
    .select('opened_at')
    .where('account_id', '=', accountId)
    .where('state', '=', 'waiting')
    .orderBy('opened_at')
    .orderBy('id')
    .limit(1)
    .executeTakeFirst()
  const requests = await db
    .selectFrom('request')
    .select(({ fn }) => fn.countAll<number>().as('sent'))
    .where('account_id', '=', accountId)
    .where('sent_at', '>', now - MINUTE_MS)
    .executeTakeFirst()
  return {
    waiting: account.waiting,
    decided: account.decided,
    oldestWaitingAt: oldest?.opened_at ?? null,
    failed: await countFailures(scope),
    requestsLastMinute: requests?.sent ?? 0,
    heldUntil: account.held_until,
    holder: account.holder,
  }
}
