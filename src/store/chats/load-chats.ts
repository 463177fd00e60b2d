import type { ChatId } from '../../domain.ts'
import { DOUBTED, type ChatFile } from '../../core/chat-record.ts'
import { newChat, NO_HOLDERS } from '../../core/chat-state.ts'
import { OPEN_COLUMNS, toChat, toOpenDraft } from './rows.ts'
import type { TxScope } from '../scope.ts'

/** Reads the chats with their open assignments; a chat that is not there yet gets a new file. */
export async function loadChats(
  { db, accountId, engine }: TxScope,
  ids: readonly ChatId[],
): Promise<Map<ChatId, ChatFile>> {
  // In one statement: nearly every transaction begins with it, and on PostgreSQL a statement more costs more than its work. Each
  // table by its own index, whatever the other one seems to hold: a plan may be from when both were empty.
  const rows = await db
    .selectFrom('chat')
    .leftJoin('assignment as open', (join) =>
      join
        .on('open.account_id', '=', accountId)
        .on(engine.isOneOf('open.chat_id', ids))
        .onRef('open.chat_id', '=', 'chat.id')
        .on('open.settled_at', 'is', null),
    )
    .selectAll('chat')
    .select(OPEN_COLUMNS)
    .where('chat.account_id', '=', accountId)
    .where(engine.isOneOf('chat.id', ids))
    .execute()
  const rowById = new Map(rows.map((row) => [row.id, row]))
  return new Map(
    ids.map((id) => {
      const row = rowById.get(id)
      const file: ChatFile = {
        chat: row === undefined ? newChat(id) : toChat(row),
        open: row === undefined ? null : toOpenDraft(row),
        touched: new Set(),
        holders: row === undefined ? NO_HOLDERS : { heldBy: row.held_by, reservedFor: row.reserved_for },
        heldLoad: row?.held_load ?? 0,
        heardAt: row?.heard_at ?? DOUBTED,
        isChanged: false,
        isNew: false,
        isTakenByOthers: false,
        takenBy: null,
      }
      return [id, file]
    }),
  )
}
