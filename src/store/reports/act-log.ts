import type { AgentId, ChatId } from '../../domain.ts'
import type { Scope } from './scope.ts'

/** An act as the log keeps it. `data` is the complete act. */
interface LoggedAct {
  readonly at: number
  readonly actor: string
  readonly kind: string
  readonly agentId: number | null
  readonly chatId: number | null
  readonly reason: string | null
  readonly idempotencyKey: string
  readonly data: object
}

/** The log of operators' acts: each is logged before it is done, and once per idempotency key. */
export interface ActLog {
  /** Logs an act. If its key was logged before, returns that act and its result (`null`: still under way). */
  begin(act: LoggedAct): Promise<{ readonly isNew: boolean; readonly data: object; readonly result: object | null }>
  finish(idempotencyKey: string, result: object): Promise<void>
  /** Stores the rules in force, unless they are the last that were stored. */
  noteVersion(version: { version: string; seenAt: number; author: string | null; source: string }): Promise<void>
}

/** @param answer runs a query, and turns the database's refusals into `StoreUnavailable` */
export function createActLog({ db, accountId }: Scope, answer: <T>(query: () => Promise<T>) => Promise<T>): ActLog {
  return {
    begin: (act) =>
      answer(async () => {
        const { numInsertedOrUpdatedRows = 0n } = await db
          .insertInto('operator_act')
          .values({
            account_id: accountId,
            at: act.at,
            actor: act.actor,
            kind: act.kind,
            agent_id: act.agentId as AgentId | null,
            chat_id: act.chatId as ChatId | null,
            reason: act.reason,
            data: JSON.stringify(act.data),
            idempotency_key: act.idempotencyKey,
            result: null,
          })
          .onConflict((conflict) => conflict.columns(['account_id', 'idempotency_key']).doNothing())
          .executeTakeFirst()
        if (numInsertedOrUpdatedRows > 0n) return { isNew: true, data: act.data, result: null }
        const row = await db
          .selectFrom('operator_act')
          .select(['data', 'result'])
          .where('account_id', '=', accountId)
          .where('idempotency_key', '=', act.idempotencyKey)
          .executeTakeFirstOrThrow()
        const result = row.result === null ? null : (JSON.parse(row.result) as object)
        return { isNew: false, data: JSON.parse(row.data) as object, result }
      }),
    finish: (idempotencyKey, result) =>
      answer(async () => {
        await db
          .updateTable('operator_act')
          .set({ result: JSON.stringify(result) })
          .where('account_id', '=', accountId)
          .where('idempotency_key', '=', idempotencyKey)
          .execute()
      }),
    noteVersion: ({ version, seenAt, author, source }) =>
      answer(async () => {
        const last = await db
          .selectFrom('policy_version')
          .select('version')
          .where('account_id', '=', accountId)
          .orderBy('id', 'desc')
          .limit(1)
          .executeTakeFirst()
        if (last?.version === version) return
        await db
          .insertInto('policy_version')
          .values({ account_id: accountId, version, seen_at: seenAt, author, source })
          .execute()
      }),
  }
}
