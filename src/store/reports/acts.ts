import type { Scope } from './scope.ts'
import type { ActRow, Page, Reports } from './contract.ts'
import { cutPage, readKey } from './page.ts'

/** Lists operators' acts, the latest first. */
export async function listActs(
  { db, accountId }: Scope,
  { kind, actor, limit, after }: Parameters<Reports['acts']>[0],
): Promise<Page<ActRow>> {
  const [before = Number.MAX_SAFE_INTEGER] = readKey(after, 1) ?? []
  let query = db
    .selectFrom('operator_act as act')
    .leftJoin('agent', (join) =>
      join.onRef('agent.account_id', '=', 'act.account_id').onRef('agent.id', '=', 'act.agent_id'),
    )
    .select([
      'act.id as id',
      'act.at as at',
      'act.actor as actor',
      'act.kind as kind',
      'act.agent_id as agentId',
      'agent.name as agentName',
      'act.chat_id as chatId',
      'act.reason as reason',
      'act.data as data',
      'act.result as result',
    ])
    .where('act.account_id', '=', accountId)
    .where('act.id', '<', before)
  if (kind !== undefined) query = query.where('act.kind', '=', kind)
  if (actor !== undefined) query = query.where('act.actor', '=', actor)
  const rows = await query
    .orderBy('act.id', 'desc')
    .limit(limit + 1)
    .execute()
  const { items, next } = cutPage(rows, limit, ({ id }) => [id])
  return {
    next,
    items: items.map(({ data, result, ...row }) => ({
      ...row,
      until: (JSON.parse(data) as { until?: number | null }).until ?? null,
      outcome: result === null ? null : (JSON.parse(result) as { message: string }).message,
    })),
  }
}
