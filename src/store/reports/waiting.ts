import type { Decision } from '../../decision.ts'
import type { AssignmentId, ChatId, DepartmentId } from '../../domain.ts'
import type { Scope } from './scope.ts'
import type { Page, Reports, WaitingChat } from './contract.ts'
import { cutPage, readKey } from './page.ts'

/** Lists chats that wait for an agent, the oldest first, each with its reason. */
export async function listWaiting(
  scope: Scope,
  { departmentId, label, now, limit, after }: Parameters<Reports['waiting']>[0],
): Promise<Page<WaitingChat>> {
  const { db, accountId } = scope
  let query = db
    .selectFrom('assignment')
    .innerJoin('chat', (join) =>
      join.onRef('chat.account_id', '=', 'assignment.account_id').onRef('chat.id', '=', 'assignment.chat_id'),
    )
    .leftJoin('department', (join) =>
      join.onRef('department.account_id', '=', 'chat.account_id').onRef('department.id', '=', 'chat.department_id'),
    )
    .select([
      'assignment.id as id',
      'assignment.chat_id as chatId',
      'assignment.opened_at as waitingSince',
      'assignment.not_before as notBefore',
      'assignment.pool as pool',
      'assignment.summary as reason',
      'chat.department_id as departmentId',
      'department.name as departmentName',
      'chat.channel as channel',
      'chat.labels as labels',
    ])
    .where('assignment.account_id', '=', accountId)
    .where('assignment.state', '=', 'waiting')
  if (departmentId !== undefined) query = query.where('chat.department_id', '=', departmentId as DepartmentId)
  if (label !== undefined) query = query.where('chat.labels', 'like', `%${JSON.stringify(label)}%`)
  const key = readKey(after, 2)
  if (key !== null) {
    const [openedAt = 0, id = 0] = key
    query = query.where(({ eb, refTuple, tuple }) =>
      eb(refTuple('assignment.opened_at', 'assignment.id'), '>', tuple(openedAt, id as AssignmentId)),
    )
  }
  const rows = await query
    .orderBy('assignment.opened_at')
    .orderBy('assignment.id')
    .limit(limit + 1)
    .execute()
  const { items, next } = cutPage(rows, limit, ({ waitingSince, id }) => [waitingSince, id])
  /**
   * The time that the assignment waited for has come: the reason of its pool's first chat, which is decided, is newer.
   */
  const isOver = (notBefore: number): boolean => notBefore > 0 && notBefore <= now
  const unexplained = items.filter(({ reason, notBefore }) => reason === null || isOver(notBefore))
  const shared = await reasonsOf(scope, new Set(unexplained.map(({ pool }) => pool)))
  const lookAgain = await lookAgainTimes(
    scope,
    items.map(({ chatId }) => chatId),
  )
  return {
    next,
    items: items.map(({ id, pool, notBefore, reason, labels, ...row }) => {
      const times = isOver(notBefore) ? [] : [lookAgain.get(id) ?? 0, notBefore].filter((at) => at > 0)
      const own = isOver(notBefore) ? null : reason
      return {
        ...row,
        labels: JSON.parse(labels) as string[],
        reason: own ?? shared.get(pool) ?? reason,
        isReasonShared: own === null && shared.has(pool),
        lookAgainAt: times.length === 0 ? null : Math.max(...times),
      }
    }),
  }
}

/** The reasons of pools. Chats of one pool are equal for every rule, so the reason of the first chat holds for all. */
async function reasonsOf({ db, accountId }: Scope, pools: ReadonlySet<string>): Promise<Map<string, string>> {
  const reasons = new Map<string, string>()
  for (const pool of pools) {
    const row = await db
      .selectFrom('assignment')
      .select('summary')
      .where('account_id', '=', accountId)
      .where('state', '=', 'waiting')
      .where('pool', '=', pool)
      .where('summary', 'is not', null)
      .orderBy('rank_at')
      .orderBy('id')
      .limit(1)
      .executeTakeFirst()
    if (row?.summary != null) reasons.set(pool, row.summary)
  }
  return reasons
}

/** When, by each assignment's last decision, time alone may help. */
async function lookAgainTimes(
  { db, accountId }: Scope,
  chatIds: readonly ChatId[],
): Promise<Map<AssignmentId, number>> {
  if (chatIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('decision')
    .select(['assignment_id', 'data'])
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('decision')
        .select((max) => max.fn.max('id').as('id'))
        .where('account_id', '=', accountId)
        .where('chat_id', 'in', chatIds)
        .groupBy('assignment_id'),
    )
    .execute()
  return new Map(
    rows.map(({ assignment_id, data }) => [assignment_id, (JSON.parse(data) as Decision).lookAgainAt ?? 0]),
  )
}
