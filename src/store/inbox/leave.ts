import type { AccountId, AgentId, AssignmentId, ChatId } from '../../domain.ts'
import type { Database } from '../schema.ts'

/** What an operator asks for, as the inbox keeps it for the instance that decides. */
export type LeftAct =
  | { readonly act: 'pause'; readonly agentId: AgentId; readonly until: number }
  | { readonly act: 'resume'; readonly agentId: AgentId }
  | { readonly act: 'replay'; readonly assignmentId: AssignmentId }
  | AskedAct

/** What an operator asks for of an agent or a chat that the tables have. */
export type AskedAct =
  /** At most so many chats between two moments, counting those that the agent has got; `null`: no such limit any more. */
  | {
      readonly act: 'allow'
      readonly agentId: AgentId
      readonly most: number | null
      readonly since: number
      readonly until: number
    }
  /** These chats, or all that the agent has, go to others. */
  | { readonly act: 'hand over'; readonly agentId: AgentId; readonly chatIds: readonly ChatId[] | null }
  | { readonly act: 'assign'; readonly chatId: ChatId; readonly agentId: AgentId }
  | { readonly act: 'look again'; readonly chatId: ChatId }

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
