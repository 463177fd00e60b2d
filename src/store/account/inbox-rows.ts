import type { ChatRecord, LastAgent } from '../../core/records.ts'
import type { AgentId, ChatId, CustomerId } from '../../domain.ts'
import type { Engine } from '../engines/engine.ts'
import { RECORD_COLUMNS, toRecord, type RecordRow } from './read-rows.ts'

/** A row of the inbox with the records that its event needs. */
export interface InboxRow {
  readonly id: number
  readonly data: string | null
  readonly chatId: ChatId | null
  readonly record: ChatRecord | null
  readonly customerId: CustomerId | null
  readonly lastAgent: LastAgent | null
}

export interface JoinedInboxRow extends RecordRow {
  readonly inbox_id: number
  readonly inbox_chat_id: ChatId | null
  readonly inbox_data: string | null
  readonly inbox_customer_id: CustomerId | null
  readonly last_agent_id: AgentId | null
  readonly last_at: number | null
}

/**
 * The query for inbox rows with each event's chat, open assignment and last agent of the customer: one round trip, each
 * record by its key.
 */
export function inboxText({ place: p, joinOne }: Engine, ofAccount: string): string {
  return `
    with taken as (select id, chat_id, customer_id, data from inbox where ${ofAccount} order by id limit ${p(2)})
    select taken.id as inbox_id, taken.chat_id as inbox_chat_id, taken.data as inbox_data, ${RECORD_COLUMNS},
      coalesce(chat.customer_id, taken.customer_id) as inbox_customer_id, last.agent_id as last_agent_id, last.at as last_at
    from taken
    ${joinOne('chat', 'chat', `chat.account_id = ${p(1)} and chat.id = taken.chat_id`)}
    ${joinOne('assignment', 'open', `open.account_id = ${p(1)} and open.chat_id = taken.chat_id and open.settled_at is null`)}
    ${joinOne('customer_agent', 'last', `last.account_id = ${p(1)} and last.customer_id = coalesce(chat.customer_id, taken.customer_id)`)}
    order by taken.id`
}

export function toInboxRow(row: JoinedInboxRow): InboxRow {
  const { inbox_chat_id: chatId, last_agent_id: agentId, last_at: at } = row
  return {
    id: row.inbox_id,
    data: row.inbox_data,
    chatId,
    record: chatId === null || row.id === null ? null : toRecord(row),
    customerId: row.inbox_customer_id,
    lastAgent: agentId === null || at === null ? null : { agentId, at },
  }
}
