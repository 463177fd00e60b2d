import type { AccountId, AgentId, AssignmentId } from '../../domain.ts'
import type { Database } from '../schema.ts'

/** What an operator asks for, as the inbox keeps it for the instance that decides. */
export type LeftAct =
  | { readonly act: 'pause'; readonly agentId: AgentId; readonly until: number }
  | { readonly act: 'resume'; readonly agentId: AgentId }
  | { readonly act: 'replay'; readonly assignmentId: AssignmentId }

/** In place of an event: an instance had to refuse webhooks. */
export const MISSED = 'missed'

/** Leaves an act for the instance that decides for the account. */
export async function leaveAct(db: Database, accountId: AccountId, act: LeftAct): Promise<void> {
  await db
    .insertInto('inbox')
    .values({ account_id: accountId, chat_id: null, data: JSON.stringify(act) })
    .execute()
}

/** Tells the instances that decide for these accounts that this one had to refuse webhooks. */
export async function leaveMissed(db: Database, accountIds: readonly AccountId[]): Promise<void> {
  const rows = accountIds.map((accountId) => ({ account_id: accountId, chat_id: null, data: MISSED }))
  await db.insertInto('inbox').values(rows).execute()
}
