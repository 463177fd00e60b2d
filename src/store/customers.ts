import type { AgentId, CustomerId } from '../domain.ts'
import type { Tx } from './schema.ts'

/** Remembers who had a customer's last chat, or wrote in it. */
export async function noteLastAgent(
  tx: Tx,
  customerId: CustomerId | null,
  agentId: AgentId,
  at: number,
): Promise<void> {
  if (customerId === null) return
  await tx
    .insertInto('customer_agent')
    .values({ customer_id: customerId, agent_id: agentId, at })
    .onConflict((conflict) => conflict.column('customer_id').doUpdateSet({ agent_id: agentId, at }))
    .execute()
}

export async function lastAgentOf(
  tx: Tx,
  customerId: CustomerId | null,
): Promise<{ agentId: AgentId; at: number } | null> {
  if (customerId === null) return null
  const row = await tx.selectFrom('customer_agent').selectAll().where('customer_id', '=', customerId).executeTakeFirst()
  return row === undefined ? null : { agentId: row.agent_id, at: row.at }
}
