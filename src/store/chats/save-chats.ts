import type { ChatPolicy } from '../../decision.ts'
import { sql } from 'kysely'
import type { AgentId, AssignmentState, ChatId } from '../../domain.ts'
import type { ChatFile } from '../../core/chat-record.ts'
import { holdersOf, type Holders } from '../../core/chat-state.ts'
import type { Arrival, Change } from '../contract.ts'
import { insertRows } from '../insert-rows.ts'
import { toAssignmentRow, toChatRow } from './rows.ts'
import type { AssignmentRow, ChatRow } from '../schema.ts'
import { touch, type TxScope } from '../scope.ts'

/** What a chat is found by. All else is replaced when it is there already. */
const KEY = new Set(['account_id', 'id'])

/** Writes what changed, and moves the loads along. */
export async function saveChats(
  scope: TxScope,
  files: Iterable<ChatFile>,
  now: number,
  policy: ChatPolicy,
): Promise<Change> {
  const { db, accountId, engine } = scope
  const loadChanges = new Map<AgentId, number>()
  const chats: ChatRow[] = []
  const opened: Omit<AssignmentRow, 'id'>[] = []
  let hasWork = false
  const arrivals: Arrival[] = []
  const taken: { chatId: ChatId; agentId: AgentId }[] = []
  const countChanges = { waiting: 0, decided: 0 }
  for (const file of files) {
    const holders = holdersOf(file, now)
    const { isNew, isTakenByOthers: isTaken } = file
    if (file.takenBy !== null) taken.push({ chatId: file.chat.id, agentId: file.takenBy })
    if (isNew || isTaken) arrivals.push({ departmentId: file.chat.departmentId, isNew, isTaken })
    const isHeld = holders.heldBy !== null || holders.reservedFor !== null
    const heldLoad = isHeld ? policy.loadOf(file.chat, now) : 0
    addTo(loadChanges, file.holders, -file.heldLoad)
    addTo(loadChanges, holders, heldLoad)
    const isMoved = !isSame(holders, file.holders) || heldLoad !== file.heldLoad
    if (file.isChanged || isMoved) chats.push({ account_id: accountId, ...toChatRow(file, holders, heldLoad, now) })
    for (const draft of file.touched) {
      const row = { account_id: accountId, ...toAssignmentRow(file.chat, draft) }
      if (isCounted(draft.stateBefore)) countChanges[draft.stateBefore] -= 1
      if (isCounted(draft.state)) countChanges[draft.state] += 1
      if (draft.state === 'waiting') hasWork = true
      if (draft.id === null) opened.push(row)
      else await db.updateTable('assignment').set(row).where('id', '=', draft.id).execute()
    }
  }
  const [first] = chats
  if (first !== undefined) {
    const replaced = Object.keys(first).filter((column) => !KEY.has(column))
    const updates = replaced.map((column) => sql`${sql.ref(column)} = excluded.${sql.ref(column)}`)
    await sql`${insertRows(engine, 'chat', chats)} on conflict (account_id, id) do update set ${sql.join(updates)}`.execute(
      db,
    )
  }
  if (opened.length > 0) await insertRows(engine, 'assignment', opened).execute(db)
  if (countChanges.waiting !== 0 || countChanges.decided !== 0) {
    await db
      .updateTable('account')
      .set(({ eb }) => ({
        waiting: eb('waiting', '+', countChanges.waiting),
        decided: eb('decided', '+', countChanges.decided),
      }))
      .where('id', '=', accountId)
      .execute()
  }
  let hasFreed = false
  for (const [agentId, by] of loadChanges) {
    if (by < 0) hasFreed = true
    if (by !== 0) await addLoad(scope, agentId, by)
  }
  return { hasWork, hasFreed, arrivals, taken }
}

function isCounted(state: AssignmentState | null): state is 'waiting' | 'decided' {
  return state === 'waiting' || state === 'decided'
}

function addTo(loads: Map<AgentId, number>, { heldBy, reservedFor }: Holders, by: number): void {
  for (const agentId of [heldBy, reservedFor]) {
    if (agentId !== null) loads.set(agentId, (loads.get(agentId) ?? 0) + by)
  }
}

function isSame(a: Holders, b: Holders): boolean {
  return a.heldBy === b.heldBy && a.reservedFor === b.reservedFor
}

/** An agent whom no roster listed yet may hold chats all the same. */
async function addLoad(scope: TxScope, agentId: AgentId, by: number): Promise<void> {
  touch(scope, agentId)
  await scope.db
    .insertInto('agent')
    .values({ ...UNLISTED_AGENT, account_id: scope.accountId, id: agentId, name: `agent ${agentId}`, load: by })
    .onConflict((conflict) =>
      conflict.columns(['account_id', 'id']).doUpdateSet(({ eb }) => ({ load: eb('agent.load', '+', by) })),
    )
    .execute()
}

const UNLISTED_AGENT = {
  is_listed: 0,
  paused_until: null,
  is_set_aside: 0,
  turn: 0,
  credit: 0,
  recent_at: '[]',
  missed_in_row: 0,
  last_active_at: null,
  seen_at: null,
}
