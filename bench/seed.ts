import { DatabaseSync } from 'node:sqlite'
import { startWithFile } from './service.ts'
import { FIRST_SEEDED_CHAT, SEEDED_DEPARTMENT } from './traffic/wire.ts'

/**
 * Makes a database in which agents 1 to `holders` share `assigned` open chats of one department evenly; after those, by
 * id, come `waiting` chats with an open assignment each, the oldest first. The service itself makes the tables and
 * reads the roster. The rest is written in SQL: as webhooks, a million chats would take an hour. Only this file of the
 * benchmark knows the tables.
 */
export async function seedDatabase(
  apiUrl: string,
  path: string,
  { holders, assigned, waiting }: { holders: number; assigned: number; waiting: number },
): Promise<void> {
  const service = await startWithFile(apiUrl, path)
  await service[Symbol.asyncDispose]()
  const database = new DatabaseSync(path)
  database.exec('pragma synchronous = off; begin')
  const values = {
    holders,
    assigned,
    chats: assigned + waiting,
    first: FIRST_SEEDED_CHAT,
    department: SEEDED_DEPARTMENT,
    now: Date.now(),
  }
  for (const text of STATEMENTS) {
    const statement = database.prepare(text)
    statement.setAllowUnknownNamedParameters(true)
    statement.run(values)
  }
  database.exec('commit; pragma wal_checkpoint(truncate)')
  database.close()
}

/** Each accepted webhook must have an event, a chat and an assignment. Rounds that were measured again leave more. */
export function expectStored(path: string, accepted: number): void {
  const database = new DatabaseSync(path, { readOnly: true })
  for (const table of ['event', 'chat', 'assignment']) {
    const { n } = database.prepare(`select count(*) as n from ${table}`).get() as { n: number }
    if (n < accepted) throw new Error(`${accepted} webhooks were accepted, but the table ${table} has ${n} rows`)
  }
  database.close()
}

const STATEMENTS = [
  // Seen a minute ago: the webhooks of a measurement are newer, and no chat is so old that it would be fetched.
  `with recursive numbers(n) as (select 0 union all select n + 1 from numbers where n + 1 < :chats),
     chats(n, holder) as (select n, iif(n < :assigned, n % :holders + 1, null) from numbers where :chats > 0)
   insert into chat (account_id, id, status, department_id, assignee_id, held_by, held_load, active_at, snapshot_at, heard_at, updated_at)
   select 1, :first + n, iif(holder is null, 'new', 'opened'), :department, holder, holder, iif(holder is null, 0, 100),
     :now - 60000, :now - 60000, :now, :now
   from chats`,
  `update agent set load = held.chats * 100
   from (select held_by, count(*) as chats from chat group by held_by) as held where held.held_by = agent.id`,
  `insert into assignment (account_id, chat_id, event_id, state, pool, opened_at, rank_at, not_before, failures, refusals)
   select 1, id, 'seed-' || id, 'waiting', 'department ' || department_id, :now - :chats + id - :first, :now - :chats + id - :first, 0, 0, 0
   from chat where assignee_id is null order by id`,
  `update account set waiting = (select count(*) from assignment where state = 'waiting')`,
]
