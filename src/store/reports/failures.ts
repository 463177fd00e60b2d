import type { AssignmentId, AssignmentState } from '../../domain.ts'
import type { Attempt } from '../../core/records.ts'
import type { Scope } from './scope.ts'
import type { FailedChat, Page, Reports } from './contract.ts'
import { cutPage, readKey } from './page.ts'

const FAILED = ['dead', 'refused'] as const

/** Lists assignments that were refused or given up, the latest first. */
export async function listFailures(
  { db, accountId }: Scope,
  { since, until, state, limit, after }: Parameters<Reports['failures']>[0],
): Promise<Page<FailedChat>> {
  const [before = Number.MAX_SAFE_INTEGER] = readKey(after, 1) ?? []
  let query = db
    .selectFrom('assignment')
    .leftJoin('chat', (join) =>
      join.onRef('chat.account_id', '=', 'assignment.account_id').onRef('chat.id', '=', 'assignment.chat_id'),
    )
    .leftJoin('department', (join) =>
      join.onRef('department.account_id', '=', 'chat.account_id').onRef('department.id', '=', 'chat.department_id'),
    )
    .leftJoin('agent', (join) =>
      join.onRef('agent.account_id', '=', 'assignment.account_id').onRef('agent.id', '=', 'assignment.agent_id'),
    )
    .select([
      'assignment.id as id',
      'assignment.chat_id as chatId',
      'department.name as departmentName',
      'assignment.state as state',
      'assignment.settled_at as failedAt',
      'assignment.opened_at as openedAt',
      'assignment.history as history',
      'assignment.agent_id as agentId',
      'agent.name as agentName',
    ])
    .where('assignment.account_id', '=', accountId)
    .where('assignment.id', '<', before as AssignmentId)
    .where('assignment.state', 'in', FAILED)
  if (since !== undefined) query = query.where('assignment.settled_at', '>=', since)
  if (until !== undefined) query = query.where('assignment.settled_at', '<', until)
  if (state !== undefined) query = query.where('assignment.state', '=', state as AssignmentState)
  const rows = await query
    .orderBy('assignment.id', 'desc')
    .limit(limit + 1)
    .execute()
  const { items, next } = cutPage(rows, limit, ({ id }) => [id])
  return {
    next,
    items: items.map(({ history, failedAt, ...row }) => {
      const attempts = JSON.parse(history ?? '[]') as Attempt[]
      return { ...row, failedAt: failedAt ?? 0, attempts: attempts.length, cause: attempts.at(-1)?.reason ?? 'unknown' }
    }),
  }
}

/** Counts these assignments. */
export async function countFailures({ db, accountId }: Scope): Promise<number> {
  const row = await db
    .selectFrom('assignment')
    .select(({ fn }) => fn.countAll<number>().as('failed'))
    .where('account_id', '=', accountId)
    .where('state', 'in', FAILED)
    .executeTakeFirst()
  return row?.failed ?? 0
}
