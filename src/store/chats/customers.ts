import type { AgentId, CustomerId } from '../../domain.ts'
import type { ChatPolicy } from '../../decision.ts'
import type { Scope } from '../scope.ts'

/** Remembers who had a customer's last chat, or wrote in it; an older one does not count. */
export async function noteLastAgent(
  { db, accountId }: Scope,
  customerId: CustomerId | null,
  agentId: AgentId,
  at: number,
  { forgetAfterMs }: ChatPolicy,
): Promise<void> {
  if (customerId === null) return
  const last = { agent_id: agentId, at, forget_at: at + forgetAfterMs }
  await db
    .insertInto('customer_agent')
    .values({ account_id: accountId, customer_id: customerId, ...last })
    .onConflict((conflict) =>
      conflict.columns(['account_id', 'customer_id']).doUpdateSet(last).where('customer_agent.at', '<=', at),
    )
    .execute()
}

/** Who had the customer's last chat, and when; `null` where nobody is known. */
export async function lastAgentOf(
  { db, accountId }: Scope,
  customerId: CustomerId | null,
): Promise<{ agentId: AgentId; at: number } | null> {
  if (customerId === null) return null
  const row = await db
    .selectFrom('customer_agent')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('customer_id', '=', customerId)
    .executeTakeFirst()
  return row === undefined ? null : { agentId: row.agent_id, at: row.at }
}
