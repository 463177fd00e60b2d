import { sql } from 'kysely'
import type { Agent, AgentId, AssignmentId, ChatId, Decision, DepartmentId, EventId, Situation } from '../domain.ts'
import { change, reviseAssignment, settle, type AssignmentDraft, type ChatFile } from './chat-file.ts'
import { poolOf } from './chat-state.ts'
import { loadChats, saveChats } from './chats.ts'
import type { Change, Except, Turn, Work } from './contract.ts'
import { addRequest } from './requests.ts'
import type { Tx } from './schema.ts'

/**
 * No retry is ever put off longer than this: what seems to be further away was written before the clock was set back,
 * and is due.
 */
const MAX_RETRY_DELAY_MS = 20 * 60_000
const MAX_WOKEN = 100
/**
 * What we know of a chat is older than this: a webhook may have been lost, and a person may have taken the chat. It is
 * looked at before it is given to anybody.
 */
const LOOK_AGAIN_AFTER_MS = 10 * 60_000

/** Takes the next assignment that is due, and records what becomes of it before anything is sent. */
export async function takeTurn(
  tx: Tx,
  now: number,
  except: Except,
  route: (situation: Situation) => Decision,
): Promise<{ turn: Turn | null; change: Change }> {
  const woken = await wakeSnoozed(tx, now)
  const next = await findNext(tx, now, except)
  if (next === null) return { turn: null, change: woken }
  const file = (await loadChats(tx, [next.chat_id])).get(next.chat_id) as ChatFile
  const draft = file.open as AssignmentDraft
  const turn = await decide(tx, file, { ...draft, id: next.id }, now, route)
  const saved = await saveChats(tx, [file], now)
  return { turn, change: { hasOpened: woken.hasOpened, hasFreed: woken.hasFreed || saved.hasFreed } }
}

async function decide(
  tx: Tx,
  file: ChatFile,
  draft: AssignmentDraft & { id: AssignmentId },
  now: number,
  route: (situation: Situation) => Decision,
): Promise<Turn> {
  const { chat } = file
  const open = file.open as AssignmentDraft
  const work: Work = {
    assignmentId: draft.id,
    chatId: chat.id,
    departmentId: chat.departmentId,
    eventId: draft.eventId,
    openedAt: draft.openedAt,
    failures: draft.failures,
  }
  if (open.agentId !== null && chat.assigneeId === open.agentId) {
    const { agentId } = open
    settle(file, 'assigned', now)
    return { kind: 'confirmed', ...work, agentId }
  }
  if (chat.snapshotAt === null || now - file.heardAt > LOOK_AGAIN_AFTER_MS) {
    await addRequest(tx, now)
    return { kind: 'fetch', ...work }
  }
  if (open.agentId !== null) {
    await addRequest(tx, now)
    const { summary } = JSON.parse(open.decision ?? '{}') as Decision
    return { kind: 'put', ...work, agentId: open.agentId, summary }
  }
  const { agents, lastTurn } = await loadAgents(tx)
  const decision = route({ chat, agents, now })
  const { agentId, summary } = decision
  if (agentId === null) {
    // Who waits is looked at often; only a new reason is worth a write.
    if (open.decision?.includes(JSON.stringify(decision.steps)) !== true) record(file, decision)
    return { kind: 'nobody', ...work, pool: poolOf(chat), summary }
  }
  record(file, decision)
  open.state = 'decided'
  open.agentId = agentId
  await tx
    .updateTable('agent')
    .set({ turn: lastTurn + 1 })
    .where('id', '=', agentId)
    .execute()
  await addRequest(tx, now)
  return { kind: 'put', ...work, agentId, summary }
}

function record(file: ChatFile, decision: Decision): void {
  const open = file.open as AssignmentDraft
  open.decision = JSON.stringify(decision)
  file.touched.add(open)
}

/**
 * The oldest assignment that is due: the head of each pool that is not blocked, and of those decided before. Each head
 * is one step into an index, so that a million waiting chats cost as much as ten.
 */
async function findNext(
  tx: Tx,
  now: number,
  except: Except,
): Promise<{ id: AssignmentId; chat_id: ChatId; event_id: EventId } | null> {
  const isDue = sql`(not_before <= ${now} or not_before > ${now + MAX_RETRY_DELAY_MS})`
  const isFree = except.assignments.length === 0 ? sql`1 = 1` : sql`id not in (${sql.join(except.assignments)})`
  const isUnblocked = except.pools.length === 0 ? sql`1 = 1` : sql`pool not in (${sql.join(except.pools)})`
  const found = await sql<{ id: AssignmentId; chat_id: ChatId; event_id: EventId }>`
    with recursive pools(pool) as (
      select min(pool) from assignment where state = 'waiting'
      union all
      select (select min(pool) from assignment where state = 'waiting' and assignment.pool > pools.pool)
      from pools where pools.pool is not null
    ), heads(id) as (
      select (
        select id from assignment
        where state = 'waiting' and assignment.pool = pools.pool and ${isDue} and ${isFree}
        order by opened_at, id limit 1
      ) from pools where pool is not null and ${isUnblocked}
      union all
      select id from (
        select id from assignment where state = 'decided' and ${isDue} and ${isFree} order by opened_at, id limit 1
      ) as decided
    )
    select id, chat_id, event_id from assignment where id in (select id from heads where id is not null)
    order by opened_at, id limit 1
  `.execute(tx)
  return found.rows[0] ?? null
}

async function loadAgents(tx: Tx): Promise<{ agents: Agent[]; lastTurn: number }> {
  const rows = await tx.selectFrom('agent').selectAll().orderBy('id').execute()
  const members = await tx.selectFrom('department_member').selectAll().execute()
  const departments = new Map<AgentId, DepartmentId[]>()
  for (const { agent_id, department_id } of members) {
    const ids = departments.get(agent_id)
    if (ids === undefined) departments.set(agent_id, [department_id])
    else ids.push(department_id)
  }
  const agents = rows
    .filter((row) => row.is_listed === 1)
    .map((row) => ({
      id: row.id,
      name: row.name,
      departmentIds: departments.get(row.id) ?? [],
      isPaused: row.is_paused === 1,
      isSetAside: row.is_set_aside === 1,
      load: row.load,
      turn: row.turn,
    }))
  return { agents, lastTurn: rows.reduce((last, { turn }) => Math.max(last, turn), 0) }
}

/** A snooze can end without a webhook: its chats count again, and those without an agent ask for one. */
async function wakeSnoozed(tx: Tx, now: number): Promise<Change> {
  const ended = await tx
    .selectFrom('chat')
    .select('id')
    .where('snoozed_until', '<=', now)
    .orderBy('snoozed_until')
    .limit(MAX_WOKEN)
    .execute()
  if (ended.length === 0) return { hasOpened: false, hasFreed: false }
  const files = await loadChats(
    tx,
    ended.map(({ id }) => id),
  )
  for (const file of files.values()) {
    const eventId = `snooze-end:${file.chat.id}:${file.chat.snoozedUntil}` as EventId
    change(file, { snoozedUntil: null })
    reviseAssignment(file, eventId, now)
  }
  return saveChats(tx, files.values(), now)
}
