import { sql } from 'kysely'
import type { AgentId, ChatId } from '../../domain.ts'
import type { Scope } from './scope.ts'
import type { Page, Reports, UnansweredChat } from './contract.ts'
import { cutPage, readKey } from './page.ts'

/** An agent has the chat, and the customer wrote last. Same condition as the index `chat_unanswered`. */
export const isUnanswered = sql<boolean>`chat.assignee_id is not null and chat.last_customer_message_at is not null
  and chat.status not in ('closed', 'gone')
  and (chat.last_agent_message_at is null or chat.last_agent_message_at < chat.last_customer_message_at)`

/** Lists chats whose agent has not answered since `before`, the longest first. */
export async function listUnanswered(
  { db, accountId }: Scope,
  { before, agentId, limit, after }: Parameters<Reports['unanswered']>[0],
): Promise<Page<UnansweredChat>> {
  let query = db
    .selectFrom('chat')
    .leftJoin('agent', (join) =>
      join.onRef('agent.account_id', '=', 'chat.account_id').onRef('agent.id', '=', 'chat.assignee_id'),
    )
    .leftJoin('department', (join) =>
      join.onRef('department.account_id', '=', 'chat.account_id').onRef('department.id', '=', 'chat.department_id'),
    )
    .select([
      'chat.id as chatId',
      'chat.department_id as departmentId',
      'department.name as departmentName',
      'chat.assignee_id as agentId',
      'agent.name as agentName',
      'chat.last_customer_message_at as unansweredSince',
      'chat.is_ours as isOurs',
      'chat.missed_by as missedBy',
      'chat.labels as labels',
    ])
    .where('chat.account_id', '=', accountId)
    .where('chat.last_customer_message_at', '<=', before)
    .where(isUnanswered)
  if (agentId !== undefined) query = query.where('chat.assignee_id', '=', agentId as AgentId)
  const key = readKey(after, 2)
  if (key !== null) {
    const [since = 0, id = 0] = key
    query = query.where(({ eb, refTuple, tuple }) =>
      eb(refTuple('chat.last_customer_message_at', 'chat.id'), '>', tuple(since, id as ChatId)),
    )
  }
  const rows = await query
    .orderBy('chat.last_customer_message_at')
    .orderBy('chat.id')
    .limit(limit + 1)
    .execute()
  const { items, next } = cutPage(rows, limit, (row) => [row.unansweredSince ?? 0, row.chatId])
  return {
    next,
    items: items.map(({ isOurs, agentId: holder, unansweredSince, missedBy, labels, ...row }) => ({
      ...row,
      agentId: holder ?? 0,
      unansweredSince: unansweredSince ?? 0,
      isAssignedByUs: isOurs === 1,
      missedBy: JSON.parse(missedBy) as number[],
      labels: JSON.parse(labels) as string[],
    })),
  }
}
