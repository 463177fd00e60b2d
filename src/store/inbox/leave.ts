import type { AccountId, AgentId, AssignmentId, ChatId } from '../../domain.ts'
import type { Database } from '../schema.ts'

/** An operator's act as the inbox keeps it for the deciding instance. */
export type LeftAct =
  | { readonly act: 'pause'; readonly agentId: AgentId; readonly until: number }
  | { readonly act: 'resume'; readonly agentId: AgentId }
  | { readonly act: 'replay'; readonly assignmentId: AssignmentId }
  | AskedAct

/** An operator's act on an agent or a chat that the tables have. */
export type AskedAct =
  /**
   * At most `most` chats from `since` to `until`, including those that the agent has got; `null`: no such limit any
   * more.
   */
  | {
      readonly act: 'allow'
      readonly agentId: AgentId
      readonly most: number | null
      readonly since: number
      readonly until: number
    }
  /** These chats of the agent go to others; `null`: all of them. */
  | { readonly act: 'hand over'; readonly agentId: AgentId; readonly chatIds: readonly ChatId[] | null }
  | { readonly act: 'assign'; readonly chatId: ChatId; readonly agentId: AgentId }
  | { readonly act: 'look again'; readonly chatId: ChatId }

/** The inbox row's data after an instance had to refuse webhooks. */
export const MISSED = 'missed'

/** Leaves an act for the account's deciding instance. */
export async function leaveAct(db: Database, accountId: AccountId, act: LeftAct): Promise<void> {
  await db
    .insertInto('inbox')
    .values({ account_id: accountId, chat_id: null, data: JSON.stringify(act) })
    .execute()
}

/** Tells these accounts' deciding instances that this one had to refuse webhooks. */
export async function leaveMissed(db: Database, accountIds: readonly AccountId[]): Promise<void> {
  const rows = accountIds.map((accountId) => ({ account_id: accountId, chat_id: null, data: MISSED }))
  await db.insertInto('inbox').values(rows).execute()
}
