import type { Tx } from './schema.ts'

/**
 * Deletes events, decisions, settled assignments and finished chats older than `before`, and who had a customer's last chat before
 * `customersBefore`, at most `limit` of each, so that no
 * transaction is long; a chat that an agent still has, or that waits, stays.
 * @returns how many rows went
 */
export async function prune(tx: Tx, before: number, customersBefore: number, limit: number): Promise<number> {
  const events = await tx
    .deleteFrom('event')
    .where('id', 'in', (query) =>
      query.selectFrom('event').select('id').where('received_at', '<', before).orderBy('received_at').limit(limit),
    )
    .executeTakeFirst()
  const assignments = await tx
    .deleteFrom('assignment')
    .where('id', 'in', (query) =>
      query.selectFrom('assignment').select('id').where('settled_at', '<', before).orderBy('settled_at').limit(limit),
    )
    .executeTakeFirst()
  const chats = await tx
    .deleteFrom('chat')
    .where('id', 'in', (query) =>
      query
        .selectFrom('chat')
        .select('id')
        .where('updated_at', '<', before)
        .where('status', 'in', ['closed', 'gone'])
        .orderBy('updated_at')
        .limit(limit),
    )
    .executeTakeFirst()
  const decisions = await tx
    .deleteFrom('decision')
    .where('id', 'in', (query) =>
      query.selectFrom('decision').select('id').where('decided_at', '<', before).orderBy('decided_at').limit(limit),
    )
    .executeTakeFirst()
  const customers = await tx
    .deleteFrom('customer_agent')
    .where('customer_id', 'in', (query) =>
      query
        .selectFrom('customer_agent')
        .select('customer_id')
        .where('at', '<', customersBefore)
        .orderBy('at')
        .limit(limit),
    )
    .executeTakeFirst()
  return Number(
    customers.numDeletedRows +
      decisions.numDeletedRows +
      events.numDeletedRows +
      assignments.numDeletedRows +
      chats.numDeletedRows,
  )
}
